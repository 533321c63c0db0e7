{{ scoped() }}

{{ lines_of(cbam_steps()) }}
