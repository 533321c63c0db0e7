{{ scoped() }}

{{ method_lines(taiwan_steps()) }}
