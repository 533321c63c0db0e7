{{ scoped() }}

{{ method_lines(cbam_steps()) }}
