{{ scoped() }}

{{ method_lines(uncertainty_steps()) }}
