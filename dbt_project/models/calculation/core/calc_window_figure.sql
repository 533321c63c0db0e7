-- Every figure of a window over months: a good that does not count by its content has what its process has.
{{ figures_with_goods(ref('calc_window_process_figure'), 'content_name is null', ['window_kind', 'window_period']) }}
