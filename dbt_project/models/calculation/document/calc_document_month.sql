{{ config(materialized='table') }}

-- A table, because a dozen models split documents by month: as a list of constants each would plan it anew.
{{ period_rows(all_months()) }}
