-- columns and whole rows
select id, u.email, public.u.email from users u
select * from users
select u.*, o.total from users u, orders o
table users
select u from users u
select (u).email from users u
select email(u) from users u
select u.full_name from users u
select row(u.*), row_to_json(u), count(u.*), count(*) from users u
select (u).* from users u
select (addr).street, tags[1], tags[2:3] from users
select ctid, xmin, tableoid::regclass from users
select u.*::users from users u
-- names that the server gives
select 1, 'x', a + b, a || b, -a, not a from t
select upper(email), count(*), email::text, cast(a as int), 'x'::varchar(3), a::numeric::text from users
select case when a then b end, case when a then 1 else b end, coalesce(a, b), nullif(a, b), greatest(a), least(a) from t
select array[a], row(a), array(select a from t), exists (select 1), (select a from t), (select max(a) from t), (values (1)) from t
select current_date, current_user, localtimestamp(2), extract(year from a), trim(a), substring(a from 1), position('a' in b), a at time zone 'UTC' from t
select a collate "C", (a)[1], (x).y, grouping(a), a is null, a in (1), a between 1 and 2, a = any (b) from t group by a
select xmlelement(name foo, a), xmlforest(a), xmlserialize(content a as text), a is document, a is json from t
select (select * from t), (select u.* from u), (select 1 union select a from t) from t
-- what is done with a value
select email as e, (email), email collate "C", min(email), max(email), any_value(email) from users
select coalesce(email, name, 'x'), greatest(email, name), case id when 1 then email else name end from users
select nullif(email, name), nullif(email, 'x') from users
select lower(email), email || name, email::bytea, array[email], array_agg(email order by id), string_agg(email, ',' order by name) from users
select email = 'x', email = $1, email like 'a%', email is null, email is not true, email < name from users
select count(email), count(lower(email)), count(distinct email), count(nullif(email, 'x')), count(*) filter (where email = 'x') from users
select first_value(email) over (partition by name order by id), lag(email, id, name) over w, nth_value(email, 2) over (w order by card) from users window w as (partition by total)
select row_number() over w, sum(total) over (w rows between a preceding and b following) from orders window v as (partition by id), w as (v order by user_id)
select percentile_disc(0.5) within group (order by email), mode() within group (order by name), rank('x') within group (order by card), percentile_cont(a) within group (order by b) from users
select stored(email), other.stored(name), name operator(other.+) card, name operator(pg_catalog.=) $1, name operator(other.=) $1 from users
select json_object('a' value email), json_array(email, name), json_arrayagg(email order by id), json_objectagg(name value email), json_build_object('a', email) from users
select json_array(select email from users), json_value(a, '$.x' passing b as p default c on empty), json_exists(a, '$'), json_scalar(a), json_serialize(a), json(a) from t
select to_jsonb(u) -> 'email', to_jsonb(u.*) ->> 'email', jsonb_agg(u) from users u
select num_nulls(variadic array[email]), format('%s', email), make_date(year => a) from users
select sum(a) filter (where b > 1), grouping(a, b) from t group by rollup (a, b)
-- equality
select id from users where email = $1
select id from users where $1 = email
select id from users where email = $1::text
select id from users where email = 'x'
select id from users where email::text = $1
select id from users where lower(email) = $1
select id from users where email <> $1
select id from users where email != $1 and not email = $2
select id from users where email in ($1, $2)
select id from users where email in ($1, $2::text, $3)
select id from users where email in ($1, 1)
select id from users where email in (1, $1)
select id from users where email in ($1)
select id from users where email not in ($1, $2)
select id from users where email = any ($1)
select id from users where email = any ($1::text[])
select id from users where email = any (array[$1, $2])
select id from users where email = any (array[$1, 'x'])
select id from users where email = any ('{a}')
select id from users where email <> all ($1)
select id from users where $1 = any (tags)
select id from users where email > any ($1)
select id from users where (email, name) = ($1, $2)
select id from users where (email, name) = ($1, 'x')
select id from users where (email, name) in (($1, $2), ($3, $4))
select id from users where (email, name) in (($1, $2), ($3, 'x'))
select id from users where (email, name) < ($1, $2)
select id from users where email is not distinct from $1 or name is distinct from $2
select id from users where email = $1 || 'x'
select id from users where email = name
select id from users where email between $1 and $2
select id from users where email like $1 and email ~ $2
select id from users where email = (select $1)
select id from users where u = $1
select case when email = $1 then 1 end from users
values ($1, 'x'), ('y', $2)
-- tests
select id from users where active and not email is null
select id from users u where exists (select 1 from orders o where o.user_id = u.id and o.total > 10)
select id from users where id in (select user_id from orders) and id > all (select total from orders)
select id from users where name = (select email from users limit 1)
select id, count(*) from users group by id having max(email) > 'm'
select lower(email) as e from users order by e, lower(name), 1
select email, name from users order by (2)
select email, name from users group by 1, rollup (name, 2), grouping sets ((email, name), ())
select distinct email from users
select distinct on (email) id from users order by email desc nulls last, id using <
select id from users limit (select count(*) from orders) offset 3
select id from users order by id fetch first ($1) rows with ties
select id from users for update of users skip locked
select id from users tablesample bernoulli (10) repeatable (id)
select id from users tablesample odd (10)
select id from users order by email collate "C"
-- sources
select a from t, u, lateral (select b from v where v.c = t.c) l
select * from t join u using (id) left join v on v.a = t.a natural join w
select j.* from (t join u on t.a = u.a) as j (x, y)
select * from t join u using (id) as j
select d.x from (select id, email from users) as d (x)
select * from (values (1, 'a'), (id, 'b')) as v (n, t)
select g, g.n from generate_series(1, 10) as g (n)
select e.key, e.value from users u, jsonb_each_text(u.data) e
select k.n, k.ordinality from unnest($1::text[]) with ordinality as k (n)
select x from unnest(array['a', 'b'], $1::int[]) as x (p, q)
select x from users, unnest(tags) x
select x from unnest($1) x
select * from rows from (generate_series(1, 3), json_each(a)) with ordinality as r (x, y)
select * from stored(1) as s
select * from stored(1) as s (a int, b text)
select * from xmltable('/r' passing doc columns a int path '@a' default b, c for ordinality) as x
select * from json_table(data, '$[*]' passing p as q columns (a int path '$.a', nested path '$.n' columns (b text), c text)) as jt
select n from now() as n
select * from only users
-- set operations
select a from t union select b from u
select a from t union all select b from u order by a limit 3
select a from t union all (select b from u limit 1) except select c from v
select a from t intersect all select b from u
select 1 as a union all select a from t union all select b from u
-- common table expressions
with c as (select email from users) select * from c
with c (e) as materialized (select email from users), d as (select e from c) select e from d
with recursive r (n) as (select id from users union all select n + 1 from r where n < 10) select n from r
with recursive r as (select id, boss from users union all select u.id, u.boss from users u join r on u.boss = r.id) search depth first by id set s cycle id set m using p select * from r
with gone as (delete from orders where total > 1 returning *) insert into archive select * from gone
with users as (select 1) update users set id = 1
with d as (insert into orders (total) values (1) returning id), e as (update users set id = d.id from d returning users.id) select * from d, e
-- writes
insert into users values (1, 'x')
insert into users (id, email) values ($1, $2), ($3, $4)
insert into users (id, email) select id, note from orders where total > 1
insert into users default values
insert into users as u (id, email) values ($1, lower($2)) on conflict (id) do update set email = excluded.email, name = u.name where u.email <> excluded.email returning u.id, xmax = 0
insert into users (id, email) values (1, 'x') on conflict (lower(email)) where active do nothing
insert into users values (1) on conflict (id) do update set email = excluded.email
insert into users select * from orders on conflict (id) do update set email = excluded.email
insert into users (id) values ($1) on conflict on constraint k do nothing
update users set email = $1, name = upper(name), tags[1] = email where id = $2 returning *
update users u set (email, name) = (o.note, 'x') from orders o where o.user_id = u.id
update users set (email, name) = (select note, total from orders limit 1), id = default
update users set id = 1 where current of c
delete from users u using orders o where o.user_id = u.id and o.total = $1 returning u.email, o.*
merge into users u using orders o on u.id = o.user_id when matched and o.total > 1 then update set email = o.note when matched then delete when not matched then insert (id, email) values (o.user_id, o.note)
merge into users u using orders o on u.id = o.user_id when not matched and o.total = 1 then insert values (o.id) when not matched then insert (email) values (o.note) when matched then do nothing
merge into users u using (select * from orders) o on true when not matched by source then delete returning merge_action(), *
copy users to stdout
copy users (id, email) to stdout
copy (select email from users where id = 1) to stdout
copy users from stdin
copy users (id, email) from stdin where id > 1
create table c as select email from users
create table c (e) as table users with no data
create table c as execute p
select email, id into temp c from users
select 1 as a into c union select id from users
create view v as select email from users
create view v (e) as select email from users
create materialized view m as select email from users
declare c cursor for select email from users
prepare p as select email from users where id = $1
prepare p as update users set email = $1
explain analyze select email from users
explain (costs off) delete from users
-- what goes elsewhere
select set_config('app.x', email, false) from users
select pg_notify('c', email) from users
select nextval('q'), currval('q')
select query_to_xml('select 1', true, true, ''), table_to_xml('users', true, true, '')
select lo_get(1), pg_read_file('x')
-- what is not followed
fetch 3 from c
move 3 in c
execute p (1)
do 'begin end'
call stored(1)
-- no query
create table t (a int)
begin
set search_path = 'x'
refresh materialized view m
