{{ scoped() }}

{{ lines_of(uncertainty_steps()) }}
