{{ scoped() }}

{{ lines_of(taiwan_steps()) }}
