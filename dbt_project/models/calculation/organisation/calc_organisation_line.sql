{{ scoped() }}

{{ method_lines(organisation_steps()) }}
