{{ scoped() }}

-- Whether enough certificates are held at the end of each quarter from 2027 on (Regulation (EU) 2023/956, Article 22(2)) that
-- lies within the evidence.
with
holdings as (
    select * from {{ ref('calc_cbam_holding') }}
    where {{ in_scope() }}
        and required is not null
        and is_due
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
