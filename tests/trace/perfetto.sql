-- What Perfetto has made of a trace, as lines that perfetto.awk writes too; and what it did not take.
select 'not taken: ' || name || ' ' || value as line
from stats where value > 0
and (severity in ('error', 'data_loss') or name glob 'json_*' or name glob 'flow_*')
union all
select 'without an end: ' || name from slice where dur < 0
union all
select 'sticks out of its parent: ' || child.name
from slice child join slice parent on child.parent_id = parent.id
where child.ts < parent.ts or child.ts + child.dur > parent.ts + parent.dur
union all
select 'program ' || json_quote(name) from process where name is not null
union all
select 'lane ' || tid || ' ' || json_quote(name) from thread where name is not null
union all
select 'place ' || tid || ' ' || extract_arg(arg_set_id, 'thread_sort_index_hint')
from thread where name is not null
union all
select 'slices ' || tid || ' ' || category || ': ' || count(*) || ', ' || sum(dur) || ' ns'
from slice join thread_track on slice.track_id = thread_track.id join thread using (utid)
group by tid, category
union all
select 'spans ' || category || ': ' || count(*) || ', ' || sum(dur) || ' ns'
from slice join process_track on slice.track_id = process_track.id
group by category
union all
select 'arrows ' || a.tid || ' ' || cause.category || ' to ' || b.tid || ' ' || effect.category || ': ' || count(*)
from flow
join slice cause on cause.id = flow.slice_out
join thread_track at on at.id = cause.track_id join thread a on a.utid = at.utid
join slice effect on effect.id = flow.slice_in
join thread_track bt on bt.id = effect.track_id join thread b on b.utid = bt.utid
group by a.tid, cause.category, b.tid, effect.category
union all
select 'counter ' || track.name || ': ' || count(*) || ', ' || cast(sum(value) as int) || ' in all'
from counter join process_counter_track track on counter.track_id = track.id
group by track.name;
