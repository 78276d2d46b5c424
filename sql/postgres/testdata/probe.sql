-- select lists, operators and types
select 1 as one, 'two' as "two", 3.0 three, 4e0, .5, 5., 0x1f
select 'a' 'b'
select e'a\nb', u&'\0061', b'101', x'1f', n'text', $$dollar$$, $q$quoted$q$
select date '2026-01-02', time '10:11', timestamp '2026-01-02 10:11', timestamptz '2026-01-02', interval '1 day', interval '1' day, interval(3) '1 second'
select int '1', float8 '1.5', numeric(10,2) '1.5', point '(1,2)', bool 'true', text 'x'
select a::text, cast(a as numeric(10,2)), b::varchar(10), b::char(3), '1'::int4, a::double precision, c::timestamp with time zone from t
select '{1,2}'::int[], array[1,2,3], array[[1,2],[3,4]], array(select a from t), (array[1,2])[1], (array[1,2,3])[1:2]
select row(1, 'x'), (1, 'x'), row(t.*) from t
select distinct a from t
select distinct on (b) a, b from t order by b, a
select all a from t
select t.*, u.b from t, u
select t from t
select (t).a, (t).* from t
select a from only t
select * from t *
select true, false, null, not true, a is null, a is not null, a isnull, a notnull from t
select a is true, a is unknown, a is not false from (select true as a) x
select a is distinct from d, a is not distinct from d from t
select a between 1 and 2, a not between 1 and 2, a between symmetric 2 and 1 from t
select a in (1, 2), a not in (1, 2), a in (select a from u) from t
select (a, b) in (select a, b from u) from t
select (a, b) = (select a, b from u limit 1) from t
select a = any (array[1,2]), a > all (select a from u), a = some (select a from u) from t
select b like 'x%', b not like 'x%', b ilike 'x', b like 'x|%' escape '|', b similar to 'x', b not similar to 'x' from t
select b ~ 'x', b ~* 'x', b !~ 'x', b !~* 'x' from t
select a + 1, a - 1, a * 2, a / 2, a % 2, a ^ 2, |/ 4, @ -5, a & 1, a | 1, a # 1, ~a, a << 1, a >> 1 from t
select b || 'x', b ^@ 'x' from t
select operator(pg_catalog.-) 5, 1 operator(pg_catalog.+) 2
select case a when 1 then 'x' else 'y' end, case when a = 1 then 'x' end from t
select coalesce(b, 'x'), nullif(a, 1), greatest(a, 1), least(a, 1) from t
select b collate "C" from t order by b collate "C" desc nulls last
select c at time zone 'UTC', c at time zone interval '1 hour' from t
select j.a -> 'k', j.a ->> 'k', j.a #> '{k}', j.a #>> '{k}', j.a @> '{}', j.a ? 'k', j.a ?| array['k'], j.a ?& array['k'], j.a || '{}', j.a - 'k', j.a @? '$.k', j.a @@ '$.k == 1' from j
select j.a['k'] from j
select exists (select 1 from u), not exists (select 1 from u)
select (c, c) overlaps (c, c) from t
select current_date, current_time, current_timestamp, current_timestamp(3), localtime, localtimestamp(0), current_user, session_user, user, current_role, current_schema, current_catalog
select extract(year from c), extract(epoch from c), date_part('year', c), date_trunc('day', c) from t
select substring(b from 1 for 2), substring(b, 1, 2), substring(b from 'x'), substring(b similar 'x' escape '#'), overlay(b placing 'x' from 1), position('x' in b), trim(both 'x' from b), trim(leading from b), trim(b) from t
select normalize(b), b is normalized, b is nfc normalized from t
select to_char(c, 'YYYY'), to_date('2026', 'YYYY'), age(c), make_date(2026, 1, 1), now() - c from t
select xmlelement(name x, xmlattributes(a as y), b), xmlforest(a, b), xmlconcat(xmlelement(name x), null), xmlparse(content '<x/>'), xmlpi(name x), xmlserialize(content xmlelement(name x) as text), xmlagg(xmlelement(name x)) from t group by a, b
select x is document from users
select count(*), count(a), count(distinct a), sum(a), avg(a), min(a), max(a), bool_and(true), string_agg(b, ','), array_agg(a), json_agg(b), jsonb_agg(b), json_object_agg(b, a) from t
select string_agg(b, ',' order by a desc), array_agg(distinct a order by a) from t
select count(*) filter (where a > 1) from t
select percentile_cont(0.5) within group (order by a), mode() within group (order by b) from t
select rank(1) within group (order by a) from t
select json_build_object('a', a), jsonb_build_array(a, b), to_jsonb(t), row_to_json(t), json_strip_nulls('{}') from t
select generate_series(1, 3), unnest(array[1,2]), regexp_split_to_table('a b', ' ')
select format('%s', b), concat(a, b), left(b, 1), md5(b), length(b), encode('x', 'hex') from t
select make_interval(days => 1), make_interval(days := 1)
select leak(variadic array[1]) from t
select (select max(a) from t), (select 1)
select pg_typeof(a), a::regtype from (select 1 as a) x
select nextval('q'), currval('q'), setval('q', 5), lastval()
select txid_current(), pg_backend_pid(), version(), current_setting('work_mem')
-- windows
select row_number() over (), rank() over (order by a), lag(a, 1, 0) over (order by a), first_value(a) over (order by a) from t
select sum(a) over (partition by b order by a rows between 1 preceding and current row) from t
select sum(a) over (order by a range between 1 preceding and 1 following exclude ties) from t
select sum(a) over (order by a groups between unbounded preceding and 1 following exclude current row) from t
select sum(a) over w, avg(a) over (w order by a) from t window w as (partition by b)
select count(*) filter (where a > 1) over (partition by b) from t
-- joins and sources
select * from t, u
select * from t cross join u
select * from t join u on t.a = u.a left join v on v.a = u.a right join x on x.a = v.a full join y on y.a = x.a
select * from t join u using (a)
select * from t join u using (a) as j
select * from t natural join u
select * from (t join u using (a)) as j
select * from (select a from t) d
select * from (select a, b from t) as d (x, y)
select * from (values (1, 'x'), (2, 'y')) v (a, b)
select * from t, lateral (select max(u.a) from u where u.a = t.a) m
select * from t left join lateral (select * from u where u.a = t.a limit 1) m on true
select * from generate_series(1, 3) g
select * from generate_series(1, 3) with ordinality as g (n, o)
select * from rows from (generate_series(1, 3), unnest(array[1,2])) as r (a, b)
select * from unnest(array[1,2], array['a','b']) as u (a, b)
select * from json_to_recordset('[{"a":1}]') as r (a int, b text)
select * from jsonb_each('{"a":1}'), jsonb_array_elements('[1]') e
select * from t, jsonb_to_record('{}') as r (a int)
select * from xmltable('/r' passing '<r/>' columns a int path 'a', n for ordinality, b text path 'b' default 'x' not null)
select * from t tablesample system (10)
select * from t tablesample bernoulli (50) repeatable (1)
select * from leak(1)
select * from current_date
-- grouping, ordering and ends
select a, count(*) from t group by a having count(*) > 1
select a, b from t group by grouping sets ((a), (b), ())
select a, b from t group by rollup (a, b)
select a, b, grouping(a) from t group by cube (a, b)
select a from t group by distinct rollup (a), cube (a)
select b from t group by 1 order by 1
select a from t order by a asc nulls first, b using >
select a from t limit 1
select a from t limit all
select a from t limit null offset 2
select a from t offset 2 rows
select a from t offset 2 limit 1
select a from t fetch first row only
select a from t order by a fetch first 2 rows with ties
select a from t order by a offset 1 row fetch next (1 + 1) rows only
select a from t limit (select 1)
select a from t for update
select a from t for no key update of t nowait
select a from t for share skip locked
select a from t for key share
select a from t for update of t for share of t
select a into temp zz from t
select a into unlogged zz from t
-- sets, expressions with names
select a from t union select a from u
select a from t union all select a from u order by 1 limit 2
select a from t except all select a from u
select a from t intersect select a from u
(select a from t order by a limit 1) union (select a from u)
((select a from t))
table t
values (1, 'x'), (2, 'y')
values (1), (2) order by 1 limit 1
with c as (select a from t) select * from c
with c (x) as (select a from t), d as (select x from c) select * from d
with c as materialized (select a from t) select * from c
with c as not materialized (select a from t) select * from c
with recursive c (n) as (values (1) union all select n + 1 from c where n < 5) select * from c
with recursive c as (select a, d from t union all select t.a, t.d from t, c where t.a = c.d) search depth first by a set o select * from c order by o
with recursive c as (select a, d from t union all select t.a, t.d from t, c where t.a = c.d) search breadth first by a set o select * from c
with recursive c as (select a, d from t union all select t.a, t.d from t, c where t.a = c.d) cycle a set is_cycle using path select * from c
with recursive c as (select a from t union select c.a from c) cycle a set is_cycle to 'y' default 'n' using path select * from c
with w as (insert into u (a) values (1) returning a) select * from w
with w as (update t set b = 'x' returning *), d as (delete from u returning a) select w.a, d.a from w, d
-- writes
insert into t (a, b) values (1, 'x')
insert into t values (1, 'x', now(), 2)
insert into t (a) values (default)
insert into t default values
insert into t (a, b) select a, b from u
insert into t as x (a, b) values (1, 'x') on conflict (a) do update set b = excluded.b where x.a > 1
insert into t (a) values (1) on conflict do nothing
insert into t (a, b) values (1, 'x') on conflict on constraint t_pkey do update set (b, d) = (excluded.b, 2)
insert into t (a, b) values (1, 'x') on conflict (a) do update set (b, d) = (select b, a from u limit 1)
insert into t (a, b) values (1, 'x') returning *, a + 1 as x
insert into idt (a) overriding system value values (1)
insert into idt (a) overriding user value select 1
with c as (select a from u) insert into t (a) select a from c
update t set b = 'x'
update t as x set b = 'y', c = default where x.a = 1
update t set (b, d) = ('x', 1), c = now()
update t set (b, d) = (select b, a from u where u.a = t.a)
update t set b = u.b from u where t.a = u.a returning t.*, u.b
update only t set b = 'x' where a = 1
update ar set a[1] = 2, a[2:3] = '{1,2}'
with c as (select a from u) update t set b = 'x' from c where t.a = c.a
delete from t
delete from t where a = 1 returning a
delete from t using u where t.a = u.a
delete from only t as x where x.a = 1
delete from t where current of cur
update t set b = 'x' where current of cur
merge into t using u on t.a = u.a when matched then update set b = u.b when not matched then insert (a, b) values (u.a, u.b)
merge into t as x using (select a, b from u) s on x.a = s.a when matched and s.b = 'x' then delete when matched then do nothing when not matched then insert default values
with c as (select * from u) merge into t using c on t.a = c.a when not matched then insert (a) values (c.a)
truncate t
truncate table t, u restart identity cascade
copy t to stdout
copy (select a from t) to stdout with csv
-- definitions
create table n1 (a int primary key, b text not null default 'x', c timestamptz default now(), d numeric(10,2) check (d > 0))
create table if not exists n1 (a serial, b bigserial, c smallserial)
create table n1 (a int generated always as identity, b int generated by default as identity (start with 5), c int generated always as (1 + 1) stored)
create table n1 (a int references t (a) on delete cascade on update set null deferrable initially deferred, foreign key (a) references t (a) match full, unique (a), constraint x check (a > 0) no inherit)
create table n1 (like t including all excluding defaults)
create table n1 (a int) inherits (t)
create table n1 (a int) partition by range (a)
create table n1 (a int, exclude using gist (b with &&), b int4range)
create table n1 (a int[] , b text collate "C", c varchar(10) storage extended, d jsonb compression pglz)
create unlogged table n1 (a int) with (fillfactor = 70)
create temp table n1 (a int) on commit drop
create table n1 as select a from t
create table n1 as select a from t with no data
create table n1 (x) as values (1)
create table n1 (a int, unique nulls not distinct (a))
create view n1 as select a from t
create or replace temp view n1 (x) as select a from t with local check option
create recursive view n1 (n) as values (1) union all select n + 1 from n1 where n < 5
create view n1 with (security_barrier, security_invoker = true) as select a from t
create materialized view n1 as select a from t with no data
refresh materialized view m
refresh materialized view concurrently m with no data
create index i1 on t (b)
create unique index concurrently if not exists i1 on t using btree (b desc nulls last, lower(b)) include (c) where a > 1
create index on t using gin (b) with (fastupdate = off)
create index i1 on only t (b collate "C" text_pattern_ops)
create sequence n1 as bigint increment 2 minvalue 1 start 1 cache 5 cycle owned by none
create schema n1
create schema if not exists n1 authorization current_user
create type n1 as enum ('a', 'b')
create type n1 as (a int, b text)
create domain n1 as text check (value <> '') not null
create function n1(a int default 1, out b int) returns int language sql immutable strict parallel safe as 'select $1'
create function n1(a int) returns int language sql return a + 1
create function n1() returns table (a int) language sql begin atomic select a from t; end
create procedure n1() language sql as 'select 1'
create trigger n1 after insert or update of b on t for each row when (new.a > 1) execute function suppress_redundant_updates_trigger()
create rule n1 as on insert to t do also select 1
create policy n1 on t for select to public using (a > 1)
create extension if not exists plpgsql
create aggregate n1 (int) (sfunc = int4pl, stype = int)
create statistics n1 (dependencies) on a, d from t
alter table t add column x int default 1 not null
alter table t add column if not exists x int, drop column if exists y cascade
alter table t alter column b type varchar(10) using b::varchar(10)
alter table t alter b set default 'x', alter b drop default, alter b set not null, alter b drop not null
alter table t add constraint x unique (b), add constraint y check (a > 0) not valid, validate constraint y
alter table t add constraint x foreign key (a) references u (a) not valid
alter table t add constraint x unique using index i1
alter table t drop constraint if exists x
alter table t rename to t9
alter table t rename column b to bb
alter table t rename constraint t_pkey to p
alter table if exists t set schema other
alter table t enable row level security
alter table t replica identity full
alter table t owner to current_user
alter table t set (fillfactor = 70)
alter table t alter a add generated always as identity
alter index t_pkey rename to x
alter sequence q restart with 5
alter view vw rename to vw2
alter type mood add value if not exists 'x' before 'ok'
drop table if exists n1, n2 cascade
drop view if exists n1
drop index concurrently if exists i1
drop type if exists n1
drop function if exists n1(int)
drop schema if exists n1 cascade
comment on table t is 'x'
comment on column t.b is null
grant select, insert (a) on t to public
revoke all on t from public
grant usage on schema s to public with grant option
alter default privileges in schema s grant select on tables to public
-- session
begin
begin isolation level serializable read only deferrable
start transaction isolation level repeatable read
commit and chain
rollback to savepoint x
savepoint x
release x
prepare transaction 'x'
set search_path to s, public
set local work_mem = '8MB'
set session characteristics as transaction isolation level serializable
set time zone 'UTC'
set names 'utf8'
set role none
reset all
reset work_mem
show work_mem
show all
show transaction isolation level
discard all
declare cur cursor for select a from t
declare cur insensitive scroll cursor with hold for select a from t
fetch 10 from cur
fetch forward all in cur
move backward 2 in cur
close cur
prepare p (int) as select a from t where a = $1
execute p (1)
deallocate all
listen x
notify x, 'y'
unlisten *
lock table t in share mode nowait
explain select a from t
explain (analyze, buffers, format json) select a from t
explain analyze update t set b = 'x'
vacuum (analyze) t
analyze t (a, b)
cluster t
reindex table t
checkpoint
do $$ begin end $$
call leakp()
-- frameworks
SELECT "t"."a", "t"."b" FROM "t" WHERE ("t"."a" = 1 AND NOT ("t"."b"::text LIKE '%x%')) ORDER BY "t"."a" ASC LIMIT 21
SELECT COUNT(*) AS "__count" FROM "t" WHERE UPPER("t"."b"::text) LIKE UPPER('%x%')
SELECT "t"."a" FROM "t" WHERE "t"."b" = ANY('{x,y}'::text[])
INSERT INTO "t" ("a", "b") VALUES (1, 'x') ON CONFLICT ("a") DO UPDATE SET "b" = EXCLUDED."b" RETURNING "t"."a"
SELECT DISTINCT ON ("t"."b") "t"."b", "t"."a" FROM "t" ORDER BY "t"."b", "t"."a" DESC
SELECT c.relname, CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid)
SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), a.attnotnull FROM pg_attribute a LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attrelid = '"t"'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
SELECT "t".* FROM "t" WHERE "t"."a" = 1 LIMIT 1 OFFSET 3
SELECT 1 AS one FROM "t" WHERE "t"."b" = 'x' LIMIT 1
SET standard_conforming_strings = on
SET client_min_messages TO 'warning'
SELECT pg_try_advisory_lock(1)
select t1_0.a, t1_0.b from t t1_0 where t1_0.b like 'x' escape '' order by t1_0.a offset 1 rows fetch first 2 rows only
select nextval('q')
SELECT anon_1.a FROM (SELECT t.a AS a, row_number() OVER (PARTITION BY t.b ORDER BY t.a) AS rn FROM t) AS anon_1 WHERE anon_1.rn = 1
INSERT INTO t (a, b) SELECT p0::INTEGER, p1::VARCHAR FROM (VALUES (1, 'x', 0), (2, 'y', 1)) AS imp_sen(p0, p1, sen_counter) ORDER BY sen_counter RETURNING t.a, t.a AS a__1
SELECT "public"."t"."a", "public"."t"."b" FROM "public"."t" WHERE ("public"."t"."a" = 1 AND 1=1) LIMIT 1 OFFSET 0
SELECT pg_catalog.pg_get_userbyid(d.datdba) FROM pg_catalog.pg_database d WHERE d.datname = current_database()
select exists (select 1 from pg_class c, pg_namespace n where n.nspname = current_schema() and c.relname = 'x' and c.relkind in ('r', 'p') and n.oid = c.relnamespace)
-- the rest of the script is its data
copy t (a, b) from stdin with (format csv, header true)
