{{ scoped() }}
{%- set done = "case when obligation = 'surrender' then done_certificates when done_date is null then 0 else 1 end" %}

-- Whether enough certificates are held at the end of each quarter from 2027 on (Regulation (EU) 2023/956, Article 22(2)) that
-- lies within the evidence, and whether the year was declared and its certificates surrendered by 30 September of the year
-- after (Articles 6(1) and 22(1)), where papers reach beyond that day.
with
holdings as (
    select * from {{ ref('calc_cbam_holding') }}
    where {{ in_scope() }}
        and required is not null
        and is_due
),

obligations as (
    select * from {{ ref('calc_cbam_obligation') }}
    where {{ in_scope() }}
        and obligation in ('declaration', 'surrender')
        and obligation_state <> 'open'
)

select
    'certificates_held' as balance,
    importer_eori || '/Q' || cast(quarter as varchar) as subject,
    {{ line_value('required') }} as expected_quantity,
    {{ line_value('held') }} as found_quantity,
    {{ line_value('held - required') }} as difference_quantity,
    'certificate' as unit,
    cast(0 as double) as tolerance_share,
    case when required > 0 then missing / required else 0 end as deviation_share,
    'warn' as severity,
    importer_eori || ' holds ' || {{ shown('held') }} || ' of ' || {{ shown('required') }} || ' certificates required on '
    || cast(due_date as varchar) || ' (Regulation (EU) 2023/956, Article 22(2)): ' || {{ shown('missing') }} || ' are missing.'
    || case when has_account then '' else ' No transaction of the registry is on record.' end as message,
    importer_eori || ' 於 ' || cast(due_date as varchar) || ' 應持有憑證 ' || {{ shown('required') }} || ' 張（歐盟 2023/956 號規章第 22(2) 條），'
    || '實際持有 ' || {{ shown('held') }} || ' 張，不足 ' || {{ shown('missing') }} || ' 張。'
    || case when has_account then '' else '無登錄平台交易紀錄。' end as message_zh,
    cast(null as varchar) as evidence_note,
    site,
    period
from holdings

union all

select
    'cbam_obligation' as balance,
    importer_eori || '/' || obligation as subject,
    {{ line_value('coalesce(required_certificates, 1)') }} as expected_quantity,
    {{ line_value(done) }} as found_quantity,
    {{ line_value(done ~ ' - coalesce(required_certificates, 1)') }} as difference_quantity,
    case obligation when 'surrender' then 'certificate' else 'declaration' end as unit,
    cast(0 as double) as tolerance_share,
    cast(obligation_state = 'overdue' as integer) as deviation_share,
    'warn' as severity,
    importer_eori || case
        when obligation = 'declaration' then ' has no CBAM declaration on record for ' || period
        else ' surrendered ' || {{ shown('done_certificates') }} || ' of '
            || coalesce({{ shown('required_certificates') }}, 'an unknown number of') || ' certificates for ' || period
    end || ', due on ' || cast(due_date as varchar) || ' (' || clause || ').' as message,
    importer_eori || case
        when obligation = 'declaration' then ' 無 ' || period || ' 年之 CBAM 申報紀錄'
        else ' 就 ' || period || ' 年已繳回憑證 ' || {{ shown('done_certificates') }} || ' 張，應繳回 '
            || coalesce({{ shown('required_certificates') }}, '未知') || ' 張'
    end || '，期限為 ' || cast(due_date as varchar) || '（' || clause || '）。' as message_zh,
    document as evidence_note,
    site,
    period
from obligations
