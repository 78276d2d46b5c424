-- tables in every place
select * from t
table t
table s.t
values (1, 'a'), (2, 'b')
select t from t
select (t).* from t
select (t).a from t
select t.* from t
select s.t.a from s.t
select * from only t
select * from t *
select a from t as x where x.a = 1
select x.a from t x, u y where x.a = y.a
select a from t join u using (a)
select t.a from t left join u on t.a = u.a full join v on u.a = v.a
select * from t natural join u
select * from (t join u on t.a = u.a) join v on v.a = t.a
select * from t cross join u
select (select max(a) from u)
select array(select a from u)
select * from t where a in (select a from u)
select * from t where exists (select 1 from u where u.a = t.a)
select * from t where a = any (select a from u)
select * from t where (a, b) = (select a, b from u limit 1)
select * from (select a from u) d
select * from t, lateral (select a from u where u.a = t.a) d
select * from rows from (generate_series(1, 3), unnest(array['a'])) as r (x, y)
select * from generate_series(1, 10) as g (n)
select * from t tablesample bernoulli (10) repeatable (1)
select * from t tablesample leak (10)
select a from t union select a from u
select a from t union all (select a from u order by a limit 1)
select a from t except select a from u intersect select a from v
select a from t order by (select max(a) from u)
select a from t group by a having max(b) > (select max(a) from u)
select a from t group by rollup (a), grouping sets ((a), ())
select count(*) filter (where a > 1), string_agg(b, ',' order by b) from t
select a, row_number() over (partition by b order by a) from t
select a, sum(a) over w from t window w as (partition by a)
select distinct on (a) a, b from t order by a, b
select case when a = 1 then (select a from u limit 1) else (select a from v limit 1) end from t
select coalesce((select max(a) from u), 0), nullif(1, 2), greatest(1, 2), least(1, 2)
select extract(year from c), trim(b), position('a' in b), substring(b from 1 for 2), c at time zone 'UTC' from t
select a::text, cast(a as varchar(20)), b::int[] from t
select a -> 'x' ->> 'y', a #> '{a,b}', a ? 'b', a @> '{}' from j
select * from t where b like 'x%' escape '!' and b ilike 'y' and b similar to 'z' and b ~ 'w'
select * from t where a between 1 and (select max(a) from u) or a is distinct from 3
select * from t limit 10 offset 20
select * from t fetch first 5 rows with ties
select xmlelement(name foo, xmlattributes(a as b)), xmlforest(a) from t
select * from xmltable('/r' passing (select x from u) columns a int path '@a')
select json_object('a' value 1), json_arrayagg(a) from t
-- common table expressions
with x as (select * from t) select * from x
with t as (select 1 as a) select * from t
with t as (select * from t) select * from t
with recursive t as (select 1 as a union all select a + 1 from t where a < 9) select * from t
with x as (select * from y), y as (select 1) select * from x, y
with recursive x as (select * from y), y as (select 1) select * from x, y
with x as (with y as (select * from t) select * from y) select * from x, y
select * from (with x as (select * from t) select * from x) d, x
with x as (select 1) select * from s.x, x
with x as materialized (select * from t) insert into x select * from x
with d as (delete from t where a = 1 returning *) select * from d
with i as (insert into t (a) values (1) returning a), u1 as (update u set a = 2 where a in (select a from i)) select * from v
with recursive x (a) as (select a from t union select a from x) search depth first by a set o select * from x
with x as (select a from t) update u set a = x.a from x where u.a = x.a
with x as (select a from t) delete from u using x where u.a = x.a
-- writes
insert into t values (1, 'x', now())
insert into t (a, b) values (1, 'x'), (2, 'y'), (3, 'z')
insert into t default values
insert into t (a) select a from u
insert into t as x (a) values (1) on conflict do nothing
insert into t (a) values (1) on conflict (a) do update set b = excluded.b where t.a > (select max(a) from u)
insert into t (a) values ((select max(a) from u)) returning a, (select b from v limit 1)
insert into t overriding system value table u
update t set a = 1
update t set a = 1 where b = 'x'
update t set a = a + 1
update only t as x set (a, b) = (select a, b from u where u.a = x.a), c = default
update t set a = u.a from u join v on u.a = v.a where t.a = u.a returning t.*
update t set b = 'x' where current of c
delete from t
delete from t where a = 1
delete from t using u, v where t.a = u.a
delete from only s.t returning *
merge into t using u on t.a = u.a when matched and u.b = 'x' then delete when matched then update set b = u.b when not matched then insert (a) values (u.a)
merge into t using (select * from u) x on t.a = x.a when matched then do nothing
select * from t for update
select * from t, u for share of t nowait
select a into n from t
select a into temp n from t
truncate t, only s.u restart identity
truncate t cascade
lock table t, u in access share mode
lock t
-- copy
copy t from stdin
copy t (a, b) from stdin with (format csv, header true)
copy t to stdout
copy (select a from t join u using (a)) to stdout with csv
copy (delete from t returning *) to stdout
copy t from '/etc/passwd'
copy t to '/tmp/x'
copy t from program 'id'
copy t from stdin where a in (select a from u)
-- definitions
create table n (a int primary key, b text not null default 'x' check (b <> ''))
create table if not exists s.n (like t including all, foreign key (a) references u (a))
create table n (a int references s.u (a) on delete cascade) inherits (t)
create table n partition of t for values from (1) to (10)
create table n (a int) partition by range (a)
create temp table n (a serial) on commit drop
create unlogged table n as select * from t
create table n as table t with no data
create table n as execute p(1)
create materialized view m as select * from t
create view w as select * from t where a in (select a from u)
create or replace view s.w (x) as select a from t with check option
refresh materialized view concurrently m
create index on t (a)
create unique index concurrently i on t using btree (lower(b), a desc) include (c) where a > 1
create index on t (leak(a))
create sequence q increment by 2 owned by t.a
alter sequence q restart with 5
create statistics st on a, b from t
alter table t add column d int default 0, drop column c
alter table t add constraint f foreign key (a) references u (a) not valid
alter table t attach partition p for values in (1, 2)
alter table t detach partition p
alter table t inherit u
alter table t no inherit u
alter table t enable row level security
alter table t disable trigger all
alter table t owner to bob
alter table t rename to n
alter table t rename column a to z
alter table s.t set schema other
alter table t alter column a type bigint using a::bigint
alter index i rename to k
drop table t, s.u
drop table if exists t cascade
drop view w
drop index concurrently i
drop schema s
drop trigger g on t
drop function s.f(int)
drop type y
comment on table t is 'x'
comment on column s.t.a is null
create schema x create table y (a int)
create type e as enum ('a', 'b')
create domain d as text check (value <> '' and leak(value))
create policy p on t using (a = current_setting('app.user')::int)
grant select on t, s.u to bob
grant usage on schema s to public
revoke all on all tables in schema s from bob
grant admin to bob
alter default privileges in schema s grant select on tables to bob
create rule r as on insert to t do also insert into u select new.*
create rule r as on insert to t do instead (insert into u values (1); delete from v)
create trigger g after insert on t for each row execute function s.audit()
create function f(x int) returns int language sql as 'select 1'
create or replace function s.f(x t.a%type) returns setof t language plpgsql security definer as $$ begin end $$
create function f() returns int begin atomic insert into t values (1); select a from u; end
create procedure p() language c as 'lib', 'sym'
create event trigger g on ddl_command_end execute function f()
create aggregate sumx (int) (sfunc = int4pl, stype = int)
create operator === (leftarg = int, rightarg = int, function = int4eq)
create cast (int as text) with function f(int)
-- the server
create extension dblink
create server s foreign data wrapper postgres_fdw options (host 'db.example.com')
create foreign table n (a int) server s
import foreign schema public from server s into local
create user mapping for bob server s options (password 'x')
create subscription s connection 'host=db.example.com' publication p
create publication p for table t, tables in schema s
create role bob login password 'x'
alter role bob set search_path = 'x'
drop role bob
create database d
drop database d
create tablespace x location '/x'
alter system set work_mem = '1MB'
alter database d set search_path = 'x'
reassign owned by bob to alice
drop owned by bob
security label for p on table t is 'x'
load 'auto_explain'
checkpoint
vacuum (full, analyze) t, u (a)
vacuum
analyze t
cluster t using i
reindex table t
reindex database d
-- functions
select leak(a) from t
select s.leak()
select pg_catalog.lower('A'), "Lower"('A'), LOWER('A')
select pg_sleep(10)
select pg_advisory_lock(1), pg_try_advisory_xact_lock(1)
select pg_read_file('/etc/passwd'), pg_ls_dir('/'), pg_stat_file('x')
select lo_import('/etc/passwd'), lo_export(1, '/tmp/x')
select lo_get(1), lo_put(1, 0, 'x')
select * from dblink('host=db.example.com', 'select 1') as r (a int)
select query_to_xml('select * from secrets', true, true, '')
select table_to_xml('s.secrets', true, true, '')
select ts_stat('select v from t')
select pg_terminate_backend(1), pg_reload_conf(), pg_switch_wal()
select pg_create_logical_replication_slot('a', 'b')
select nextval('q'), setval('s.q', 5), currval('"Q"'), lastval()
select nextval($1)
select nextval('a b')
select 't'::regclass, 's.t'::regclass::oid, regclass 'u', cast('v' as regclass), to_regclass('w')
select $1::regclass, pg_relation_size('s.t'::regclass)
select json_value(a, '$.x') from t
select /*+ SeqScan(t) */ * from t
call p(1, (select a from t))
do $$ begin delete from t; end $$
do language plpgsql 'begin end'
prepare p (int) as select * from t where a = $1
execute p (1)
deallocate p
deallocate all
declare c cursor with hold for select * from t
fetch 10 from c
move backward all in c
close c
close all
fetch next from "It's ""C"""
move in C
fetch from U&"d\0061t"
listen x
notify x, 'payload'
unlisten *
explain select * from t
explain (analyze, format json) delete from t where a = 1
explain analyze create table n as select * from t
-- the session
begin
start transaction isolation level serializable read only
commit
end
rollback and chain
abort
savepoint s
release s
rollback to savepoint s
prepare transaction 'x'
commit prepared 'x'
set transaction isolation level read committed
set session characteristics as transaction read only
set constraints all deferred
set application_name = 'x'
set client_encoding to 'UTF8'
set names 'latin1'
set names 'sjis'
set client_encoding = default
set datestyle to iso, mdy
set extra_float_digits = 3
set time zone 'UTC'
set local time zone interval '1' hour
set search_path to a, "B", 'c'
set search_path = 'a b'
set local search_path = x
set schema 'x'
set role bob
set role none
set session authorization bob
set session authorization default
reset role
reset search_path
reset all
set standard_conforming_strings = on
set standard_conforming_strings to off
set standard_conforming_strings = 0
set statement_timeout = 0
set row_security = off
set my.variable = 'x'
show server_version
show transaction isolation level
show all
show hba_file
discard all
discard plans
select 1
select version(), current_schema(), current_user, pg_backend_pid()
select pg_catalog.version()
select cast('test plain returns' as varchar(60)) as anon_1
select set_config('search_path', '', false)
select set_config('search_path', 'a, b', true)
select set_config('search_path', $1, false)
select set_config('role', 'bob', false)
select set_config($1, $2, false)
select set_config('TimeZone', $1, false)
select set_config('timezone', 'UTC', false), set_config('role', 'bob', false)
select set_config('search_path', 'a', false) from t where false
-- ping
;
select 1;
select 1; select 2
-- words and literals
SELECT "Users"."Id", "users"."order" FROM "Users", users, "select" WHERE Foo = N'x' AND b = B'1' AND c = X'1f'
select E'it\'s' 'x', U&'d\0061t', $$a$$, $tag$b$$c$tag$
select U&"d\0061t!" from U&"t!0061" uescape '!'
select 'a' 'b'
select 1.5, .5, 1e10, -1, - - 2, 3-1, 4 -1, a-1, a - -1 from t
select 1_000
select 0x1f
select 1a
select $1a
select a=-1, a<>-1, a @-1, a*-1, 2^-1 from t
select a::int, b [1], c [1:2], array[1, 2, 3], array[[1, 2], [3, 4]] from t
select * from t where a in (1, 2, 3) and b in ('x') and (a, b) in ((1, 'x'), (2, 'y')) and c in ($1::int, $2::int)
select * from t where a in ('t'::regclass, 'u'::regclass)
select * from abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij
select * from été
select * from ÉTÉ
select * from "ÉTÉ"
select * fro t
select f(a => 1, b := 2)
select "json_value"(1), "coalesce"(1)
