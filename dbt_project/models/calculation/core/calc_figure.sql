-- Every figure of a month, a calendar year or the period of a template, before windows over months: a good that does not
-- count by its content has what its process has.
{{ figures_with_goods(ref('calc_process_figure'), 'content is null') }}
