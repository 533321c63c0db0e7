{{ scoped() }}

{{ lines_of(organisation_steps()) }}
