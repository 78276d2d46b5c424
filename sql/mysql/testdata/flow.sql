-- outputs and their names
select a from t
select a as x, (a), ((t.a)) as y from t
select *, t.*, test.t.*, test.t.a from test.t
select 'x', ?, 1 as one, null from t
select a 'told by a literal', b as ` blank in front` from t
select concat(a, b), a + b, -a, +a, a collate utf8mb4_bin from t
select * from information_schema.tables where table_schema = ?
select information_schema.columns.column_name from information_schema.columns
table t order by a limit 2
values row(1, 2), row(3, 4)
-- uses: equality
select 1 from t where a = ?
select 1 from t where ? = a
select 1 from t where (a) = (?)
select 1 from t where a <=> ? or a <> ? and not a != ?
select 1 from t where a = 1
select 1 from t where a = 'x' or a = null
select 1 from t where a = b
select 1 from t where a in (?)
select 1 from t where a not in (?, ?, ?)
select 1 from t where a in (1, 2, 3)
select 1 from t where a in (?, 1)
select 1 from t where a in (?, ?, 'x', ?)
select 1 from t where a in (1, ?)
select 1 from t where a in (?, b)
select 1 from t where a in (?, null)
select 1 from t where ? in (a, b)
select 1 from t where (a, b) = (?, ?)
select 1 from t where (a, b) = (?, 1)
select 1 from t where (a, b) in ((?, ?), (?, ?))
select 1 from t where (a, b) in ((?, ?), (?, 1))
select 1 from t where ? in (select a from t)
select 1 from t where (select a from t limit 1) = ?
select 1 from t where lower(a) = ?
select 1 from t where a collate utf8mb4_bin = ?
select 1 from t where coalesce(a, b) = ?
select 1 from t where a = lower(?)
select 1 from t where a = -?
-- uses: tests
select 1 from t where a < ? and a >= ?
select 1 from t where a between ? and ?
select 1 from t where a like ? or a not like ? escape '!'
select 1 from t where a regexp ? or a rlike b
select 1 from t where a is null or b is not null or c is true
select 1 from t where a and not b xor c
select a = ?, a = 1, a > b, a is null, a and b from t
select 1 from t where exists (select a, lower(b) from u where u.a = t.a)
select 1 from t where a = any (select a from u) and b > all (select b from u)
select 1 from t where a in (select a from u)
select 1 from t where (a, b) not in (select a, b from u)
select case when a = ? then b else c end, case a when ? then b end from t
select if(a, b, c), nullif(a, b), ifnull(a, b), coalesce(a, b, c), nvl2(a, b, c), elt(a, b, c) from t
select greatest(a, b), least(a, 'm'), greatest(concat(a, b), c) from t
select 1 from t where greatest(a, 'm') = ?
-- aggregates and windows
select count(*), count(a), count(distinct a), count(a + 1), count(nullif(a, ?)) from t
select min(a), max(a), sum(a), avg(distinct a), std(a), bit_or(a) from t
select group_concat(a order by b separator ','), json_arrayagg(a), json_objectagg(a, b) from t
select a, count(*) from t group by a having count(*) > 1 and max(b) = ?
select a as x from t group by x having x > 1 order by x
select a, b from t group by 1, 2 order by 2 desc
select a, b from t order by (2)
select a, b from t order by +2
select a, b from t order by ?
select a, b from t order by 00002
select a from t group by a with rollup
select distinct a, b from t limit 5 offset 2
select row_number() over (partition by a order by b) from t
select lag(a, 1, b) over w, first_value(a) over (w order by c), rank() over w from t window w as (partition by b)
select nth_value(a, 2) over v from t window v as (w), w as (order by b rows 1 preceding)
select sum(a) over (), count(a) over (order by 1) from t
-- functions
select match (a, b) against (?) from t where match (a) against ('x' in boolean mode)
select json_extract(a, '$.x'), a->'$.x', a->>'$.y' from t
select date_add(a, interval b day), a + interval 1 day, extract(year from a), timestampdiff(day, a, b) from t
select trim(leading a from b), substring(a, 1, b), cast(a as char), convert(a using utf8mb4), binary a, char(a using utf8mb4) from t
select {fn lower(a)}, {d '2020-01-01'}, {ts a} from t
select f(a), other.f(b) from t
select a from t where f(a)
select sleep(a), load_file(b), get_lock(a, 1) from t
select last_insert_id(a), last_insert_id(), nextval(s), lastval(test.s), setval(s, 5), next value for s from t
select default(a), values(a), @@version, version() from t
select @x, a = @x from t
select @x := a, @y := @z := concat(a, b) from t
select (select a from u limit 1), lower((select b from u)), row(a, b) = (select a, b from u) from t
-- sources
select * from t, u
select * from t x, other.u as y, v
select * from t join u on t.a = u.a left join v on v.a = ? right join d on d.a = v.a
select * from t natural join u
select * from t natural left join u straight_join v on v.a = u.a
select * from t join u using (a, b)
select * from t natural right join u
select * from (t, u) natural join v
select * from (t join u on t.a = u.a) join v using (a)
select * from {oj t left join u on t.a = u.a}
select d.x from (select a as x, b + 1 from t where c) d
select * from t, lateral (select t.a as x) d
select * from t join lateral (select t.a) d(x) on d.x = t.a
select * from (table t) d
select * from ((select a from t union select b from u)) d
select 1 from dual
-- set operations
select a from t union select a from u
select a from t union all select a from u order by a limit 1
select a from t union all select a from u union select a from v
select a from t except all select a from u
select a from t intersect (select a from u union all select a from v order by a limit 1)
(select a from t) order by b limit 1
(select a from t order by c limit 2) union (select b from u) order by 1
(select a from t union select a from u) order by a limit 3
-- common table expressions
with c as (select a from t) select * from c
with c(x, y) as (select a, b from t), d as (select x from c) select * from d join c using (x)
with recursive c(n) as (select 1 union all select n + 1 from c where n < 5) select n from c
with c as (select a from t) (select a from c) order by a
with C as (select a from t), d as (with c as (select b from u) select * from C) select c.a from c join d
with c as (select a from t) select * from other.C, C.d
select * from (with c as (select a from t) select * from c) d
update t set a = (with c as (select b from u) select b from c)
-- writing
insert into t (a, b) values (1, ?), (?, 'x')
insert into t values (1, ?)
insert into t () values ()
insert into t set a = ?, b = (select b from u where a = ?)
insert into t (a, b) values ((select b from u), a)
insert into t (a, b) select b, lower(a) from u where c
insert into t select * from u union select * from v
insert into t (a) with c as (select a from u) select a from c
insert into t (a, b) values (?, ?) on duplicate key update b = values(b), c = concat(b, values(a)), d = values(d)
insert into t values (?, (select b from u)) on duplicate key update b = values(b)
insert into t (a) select u.a from u join v using (a) on duplicate key update t.b = u.b, c = v.c + t.c
insert into t (a) values (?) returning a as x, lower(b), *
insert into t (a) select a from u returning *, t.b
replace into t (a, b) values (?, ?) returning a
replace into other.t select * from u
update t set a = ?, b = a, c = concat(b, 'x') where d = ? order by e limit 1
update t as x set x.a = x.b where x.c in (select a from u)
update t, u set t.a = u.b, u.c = ? where t.a = u.a
update t join (select a, b from u) d on t.a = d.a set t.b = d.b, c = default
with c as (select a from u) update t join c on t.a = c.a set t.b = c.a
update t set b = default(b)
delete from t where a = ? order by b limit 1
delete from t where a = ? returning a, upper(b), *
delete x, y from t x join u y on x.a = y.a where y.b = ?
delete from x using t as x, u where x.a = u.a
load data infile 'x' into table t
load data local infile 'x' into table t (a, @b, c) set d = upper(@b), e = @f
load data infile 'x' into table t (@a, @b)
create table n as select a, lower(b) as c from t where d
create table n (x int, y int as (x)) select a as x from t
create table n (a int)
create or replace view w (x, y) as select a, b from t
select a, b from t where c = ? into outfile '/x'
select a, b into @x, @`y z` from t where c = ?
select max(a) from t into @x
-- what is beside
set @x = (select max(a) from t), @y = ?
set sql_mode = traditional, @@session.time_zone = (select a from t)
do sleep(1), (select a from t where b = 1)
call p(?, (select a from t))
explain select a from t where b = ?
describe t
show tables
begin
select `sleep`(a) from t
select a from t for update
select a from t partition (p0)
-- forms that the grammar is given in others
select b from t where b sounds like 'x'
select sounds from t where sounds like 'x'
select sql_no_cache sounds like 'x' from t
select cast(b as nchar(3)) from t
select d.`1` from (values (1), (2)) d
with d(x) as (values (1), (2)) select x from d
select x.b from t for system_time as of now() - interval 1 day as x
select x.b from t for system_time between ? and (select max(c) from u) x, v
select * from t for system_time all where a = 1
select jt.x, n from t, json_table(t.b, '$[*]' columns (n for ordinality, x int path '$.x', nested path '$.y[*]' columns (`z z` int path '$'))) as jt
select b from t order by b offset 2 rows fetch next 3 rows with ties
select group_concat(b order by c limit 2) from t
insert into t (a, b) values (1, 'x') on duplicate key update b = value(b)
create view w as values (1), (2)
alter view w as select b from t
(select b from t) into @x
