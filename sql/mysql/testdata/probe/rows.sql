-- select lists and literals
select 1
select 1 as one, 'two' as "two", 3.0 three, 4e0
select 'a' 'b' "c"
select n'text', N'text'
select _utf8mb4'text', _latin1 'text', _binary 'text'
select _utf8mb4'text' collate utf8mb4_bin
select _utf8mb4 x'41', _latin1 0x41, _binary x'00', _utf8mb4 b'1000001'
select x'4142', X'4142', 0x4142, b'1010', B'11', 0b11
select {d '2026-01-02'}, {t '10:11:12'}, {ts '2026-01-02 10:11:12'}
select {fn now()}
select date '2026-01-02', time '10:11:12', timestamp '2026-01-02 10:11:12'
select true, false, null, \N
select distinct a from t
select distinctrow a from t
select all a from t
select sql_no_cache a from t
select sql_cache a from t
select high_priority sql_small_result sql_big_result sql_buffer_result a from t
select straight_join t.a from t, u
select sql_calc_found_rows a from t limit 1
select found_rows(), row_count(), last_insert_id()
select t.*, u.b from t, u
select `a`, t.`b`, `t`.`c` from t
select probe.t.a from probe.t
select .t.a from t
select a b, a as b, a 'b', a "b", a `b` from t
select current_user, current_user(), user(), session_user(), system_user()
select current_timestamp, current_timestamp(3), now(6), localtime, localtimestamp(), utc_timestamp(), utc_date, utc_time(2), sysdate()
select @x, @`x y`, @x := 1, @@version, @@session.sql_mode, @@global.max_connections, @@local.autocommit
select a into @x from t limit 1
select a from t limit 1 into @x
(select a from t limit 1) into @x
select a, b into @x, @y from t limit 1
select a into @x from t where a = 1 for update
select a from t for update
select a from t for update nowait
select a from t for update wait 5
select a from t for update skip locked
select a from t lock in share mode
select a from t lock in share mode skip locked
select a from t lock in share mode nowait
select a from t procedure analyse()
select 1 from dual
select 1 from dual where 1
select 1 where 1
select 1 limit 1
select 1 having 1
select count(*), count(a), count(distinct a, b) from t
select default(a) from u
-- operators
select a = 1, a <> 1, a != 1, a < 1, a <= 1, a > 1, a >= 1, a <=> null from t
select not a, ! a, ~a, -a, +a from t
select a and b, a && b, a or b, a || b, a xor b from t
select a | 1, a & 1, a ^ 1, a << 1, a >> 1 from t
select a + 1, a - 1, a * 2, a / 2, a div 2, a % 2, a mod 2, mod(a, 2) from t
select a between 1 and 2, a not between 1 and 2 from t
select a in (1, 2), a not in (1, 2) from t
select (a, b) in ((1, 'x'), (2, 'y')) from t
select a in (select a from u) from t
select (a, b) = (select a, b from u limit 1) from t
select row(a, b) = row(1, 'x') from t
select a is null, a is not null, a is true, a is not true, a is false, a is unknown, a is not unknown from t
select b like 'x%', b not like 'x%', b like 'x|%' escape '|' from t
select b regexp 'x', b rlike 'x', b not regexp 'x', b not rlike 'x' from t
select b sounds like 'x' from t
select a from t where b sounds like 'robert' and a = 1
select binary b from t
select b collate utf8mb4_bin from t
select b from t order by b collate utf8mb4_general_ci desc
select a = any (select a from u), a > all (select a from u), a = some (select a from u) from t
select exists (select 1 from u), not exists (select 1 from u) from t
select case a when 1 then 'x' else 'y' end, case when a = 1 then 'x' end from t
select j->'$.a' from t
select a from t where match (b) against ('word')
select a from t where match (b) against ('+word -other' in boolean mode)
select a from t where match b against ('word')
select match (b) against ('word' in natural language mode) from t
select match (b) against ('word' with query expansion) from t
select match (b) against ('word' in natural language mode with query expansion) from t
select c + interval 1 day, c - interval 1 hour, interval 1 day + c from t
select c + interval a minute, c + interval '1:30' minute_second, c + interval '1 2:3:4' day_second from t
select date_add(c, interval 1 microsecond), date_sub(c, interval 1 quarter), adddate(c, 1), subdate(c, interval 1 week) from t
select interval(a, 1, 2, 3) from t
select timestampadd(minute, 1, c), timestampdiff(day, c, now()), timestampadd(sql_tsi_minute, 1, c) from t
select extract(year from c), extract(day_hour from c) from t
select c between now() - interval 7 day and now() from t
-- casts
select cast(a as char), cast(a as char(10)), cast(a as binary), cast(a as binary(5)), cast(b as signed), cast(b as unsigned) from t
select cast(b as signed integer), cast(b as unsigned integer), cast(b as decimal), cast(b as decimal(10,2)) from t
select cast(b as date), cast(b as time), cast(b as datetime), cast(b as datetime(3)), cast(b as time(6)) from t
select cast(a as nchar), cast(a as nchar(5)) from t
select cast(a as char character set utf8mb4), cast(a as char(5) charset latin1), cast(a as char ascii), cast(a as char unicode) from t
select cast(a as double), cast(a as float), cast(a as integer), cast(a as int) from t
select cast(a as varchar(10)) from t
select cast(a as char binary) from t
select cast(a as inet6) from t
select cast(b as interval day_second(6)) from t
select convert(a, char), convert(a, signed), convert(b using utf8mb4), convert(a, nchar) from t
select convert(a, decimal(10,2)), convert(a, datetime) from t
-- functions with grammar of their own
select trim(b), trim(both 'x' from b), trim(leading from b), trim(trailing 'x' from b), ltrim(b), rtrim(b) from t
select substring(b, 1), substring(b, 1, 2), substring(b from 1), substring(b from 1 for 2), substr(b, 1, 2), mid(b, 1, 2) from t
select position('x' in b), locate('x', b), instr(b, 'x') from t
select char(77, 121), char(77 using utf8mb4), chr(77) from t
select left(b, 1), right(b, 1), repeat(b, 2), replace(b, 'x', 'y'), insert(b, 1, 1, 'x') from t
select if(a, b, 'x'), ifnull(b, 'x'), nullif(a, 1), coalesce(a, b), nvl(a, 1), nvl2(a, 1, 2) from t
select get_format(date, 'eur'), weight_string(b), weight_string(b as char(3)), weight_string(b as binary(3)), weight_string(b level 1) from t
select concat(a, b), concat_ws(',', a, b), format(a, 2), format(a, 2, 'de_DE') from t
select group_concat(b), group_concat(distinct b order by b desc separator ';'), group_concat(a, b order by a, b) from t
select group_concat(b order by a limit 2), group_concat(b limit 1, 2), group_concat(b separator '|' limit 2 offset 1) from t
select sum(distinct a), avg(distinct a), min(distinct a), max(distinct a), std(a), stddev(a), stddev_pop(a), stddev_samp(a), variance(a), var_pop(a), var_samp(a) from t
select bit_and(a), bit_or(a), bit_xor(a) from t
select json_arrayagg(b), json_objectagg(b, a) from t
select json_arrayagg(distinct b order by b limit 2) from t
select json_extract(j, '$.a'), json_value(j, '$.a'), json_query(j, '$.a'), json_object('a', a), json_array(a, b), json_exists(j, '$.a') from t
select json_unquote(json_extract(j, '$.a')), json_contains(j, '1', '$.a'), json_length(j), json_keys(j), json_set(j, '$.a', 1), json_merge_patch(j, '{}') from t
select json_detailed(j), json_loose(j), json_compact(j), json_equals(j, j), json_normalize(j), json_overlaps(j, '[1]') from t
select regexp_replace(b, 'x', 'y'), regexp_substr(b, 'x'), regexp_instr(b, 'x') from t
select values(a) from t
select value(a) from t
select name_const('x', 1)
select database(), schema(), version(), connection_id()
select password('x'), old_password('x'), md5(b), sha1(b), sha2(b, 256), encode(b, 'x'), des_encrypt(b), aes_encrypt(b, 'k') from t
select uuid(), uuid_short(), sys_guid(), rand(), rand(3)
select year(c), month(c), day(c), hour(c), minute(c), second(c), quarter(c), week(c, 1), microsecond(c), date(c), time(c) from t
select decode_oracle(a, 1, 'x', 'y') from t
select to_char(c, 'YYYY-MM-DD') from t
select natural_sort_key(b), sformat('{}', b), random_bytes(4) from t
select column_create('a', 1), column_get(column_create('a', 1 as int), 'a' as int), column_json(column_create('a', 1))
select column_add(b, 'x', 1), column_delete(b, 'x'), column_exists(b, 'x'), column_list(b), column_check(b) from t
select st_astext(point(1, 2)), st_geomfromtext('POINT(1 2)'), st_distance(point(1, 1), point(2, 2)), linestring(point(0, 0), point(1, 1)), polygon(linestring(point(0, 0), point(1, 0), point(1, 1), point(0, 0)))
select st_within(g, st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))')) from geo
select geometrycollection(point(1, 1)), multipoint(point(1, 1)), multilinestring(linestring(point(0, 0), point(1, 1))), contains(g, g), x(point(1, 2)) from geo
select median(a) over (partition by b) from t
select percentile_cont(0.5) within group (order by a) over (partition by b) from t
select percentile_disc(0.5) within group (order by a) over (partition by b) from t
-- windows
select row_number() over (), rank() over (order by a), dense_rank() over (order by a), percent_rank() over (order by a), cume_dist() over (order by a), ntile(4) over (order by a) from t
select lag(a) over (order by a), lag(a, 2) over (order by a), lead(a, 1) over (order by a), first_value(a) over (order by a), last_value(a) over (order by a), nth_value(a, 2) over (order by a) from t
select sum(a) over (partition by b order by a rows between 1 preceding and current row) from t
select sum(a) over (order by a rows unbounded preceding), sum(a) over (order by a range between unbounded preceding and unbounded following), sum(a) over (order by a rows between current row and 2 following) from t
select sum(a) over (order by a range between 1 preceding and 1 following) from t
select sum(a) over w, avg(a) over w from t window w as (partition by b order by a)
select sum(a) over (w order by a) from t window w as (partition by b)
select sum(a) over w2 from t window w as (partition by b), w2 as (w order by a)
select sum(a) over (order by a rows between 1 preceding and current row exclude current row) from t
select count(*) over (), count(distinct a) from t group by a
select a, sum(count(*)) over (order by a) from t group by a
-- joins and tables
select * from t, u
select * from t join u
select * from t inner join u on t.a = u.a
select * from t cross join u
select * from t left join u using (a)
select * from t left outer join u on t.a = u.a right join p on p.a = u.a
select * from t natural join u
select * from t natural left join u
select * from t natural right outer join u
select * from t straight_join u on t.a = u.a
select * from t left join (u join p on u.a = p.a) on t.a = u.a
select * from (t, u) left join p on p.a = t.a
select * from (t)
select * from ((t join u using (a)))
select * from t as x, t y
select * from (select a from t) as d
select * from (select a from t) d
select * from (select a from t) as d (x)
select * from (select a from t union select a from u) d
select * from (values (1), (2)) d
select * from (values (1, 'x'), (2, 'y')) as d
select * from (values (1), (2)) d union select 3
select a from t where a in (values (1), (2))
with d(x) as (values (1), (2)) select x from d
values (1), (2)
values (1, 'a'), (2, 'b') order by 1 desc limit 1
values (1) union values (2)
values (1), (2) union all select a from t
select * from t partition (p0)
select * from p partition (p0, p1) where a = 1
select * from p partition (p0) as x
select * from u use index (ib)
select * from u use index ()
select * from u use key (ib)
select * from u force index (ib)
select * from u ignore index (ib)
select * from u ignore index for join (ib)
select * from u use index for order by (ib) ignore index for group by (ib)
select * from u as x force index (ib) where x.b = 'y'
select * from u use index (primary)
select * from { oj t left join u on t.a = u.a }
select * from { oj t left outer join u on t.a = u.a } where t.a = 1
select * from h for system_time as of now()
select * from h for system_time as of timestamp '2026-01-01 00:00:00'
select * from h for system_time as of timestamp now() - interval 1 day
select * from h for system_time between '2026-01-01' and now()
select * from h for system_time from '2026-01-01' to now()
select * from h for system_time all
select * from h for system_time all as x where x.a = 1
select * from h for system_time as of now() x join h for system_time all y on x.a = y.a
select *, row_start, row_end from h for system_time all order by row_start
select * from h for system_time as of ?
select * from json_table('[{"a":1}]', '$[*]' columns (a int path '$.a')) as jt
select * from json_table('[{"a":1}]', '$[*]' columns (id for ordinality, a int path '$.a', b varchar(10) path '$.b' default '0' on empty null on error)) jt
select jt.* from t, json_table(t.j, '$[*]' columns (a int path '$.a')) as jt
select jt.x from t left join json_table(t.j, '$[*]' columns (x varchar(20) path '$.x')) as jt on jt.x = t.b
select * from json_table('[]', '$[*]' columns (a int exists path '$.a', nested path '$.b[*]' columns (c int path '$.c'))) as jt
select * from json_table('[]', '$[*]' columns (a varchar(10) character set utf8mb4 path '$.a' error on empty error on error)) as jt
select * from json_table('[]', '$' columns (a decimal(10,2) path '$.a', b json path '$.b', c date path '$.c', nested '$.d' columns (d text path '$'))) as jt
select * from seq_1_to_10
select * from t limit 1
select * from t limit 1, 2
select * from t limit 1 offset 2
select * from t limit ?
select * from t limit ?, ?
select * from t limit 5 rows examined 100
select * from t limit rows examined 100
select * from t order by a fetch first 1 row only
select * from t order by a fetch first 2 rows only
select * from t order by a fetch first row only
select * from t order by a fetch next 2 rows with ties
select * from t order by a offset 1 row fetch next 2 rows only
select * from t order by a offset 1 rows fetch first 2 rows with ties
select * from t order by a offset 3 rows
select * from t order by a offset ? rows fetch next ? rows only
select a from t group by a order by null
select a, count(*) from t group by a with rollup
select a, count(*) from t group by a having count(*) > 1
select a from t group by a desc
select a from t group by 1 order by 1
select a from t order by a asc, b desc
select a from t order by rand()
select a from t order by field(b, 'x', 'y')
select a from t order by a = 1 desc
-- set operations
select a from t union select a from u
select a from t union all select a from u
select a from t union distinct select a from u
select a from t except select a from u
select a from t except all select a from u
select a from t except distinct select a from u
select a from t intersect select a from u
select a from t intersect all select a from u
select a from t intersect distinct select a from u
select a from t minus select a from u
(select a from t) union (select a from u)
(select a from t limit 1) union all (select a from u order by a limit 1) order by 1 limit 3
(select a from t) except (select a from u) order by a
((select a from t) union (select a from u))
((select a from t) union (select a from u)) intersect select a from p
select a from t union (select a from u union all select a from p)
select a from t union select a from u order by a limit 1
(select a from t order by a)
(select a from t order by a) order by a desc limit 1
(select a from t) limit 1
((select a from t))
select a from t where a in ((select a from u))
select a from t where a = ((select max(a) from u))
select a from t union select a from u for update
select a from t where a in (select a from u union select a from p)
select (select a from t limit 1) union select (select 2)
-- common table expressions
with c as (select a from t) select * from c
with c (x) as (select a from t) select x from c
with c as (select a from t), d as (select a from c) select * from d
with recursive c as (select 1 as n union all select n + 1 from c where n < 5) select n from c
with recursive c (n) as (select 1 union select n + 1 from c where n < 5) select n from c
with recursive c as (select 1 as n, 2 as m union all select m, n from c) cycle n, m restrict select * from c
select * from (with c as (select a from t) select * from c) d
select a from t where a in (with c as (select a from u) select a from c)
with c as (select a from t) select a from c union select a from u
with c as (with d as (select a from t) select a from d) select * from c
insert into u (a) with c as (select a from t) select a from c
insert into u (a) select a from (with c as (select a from t) select * from c) x
(with c as (select a from t) select a from c)
-- insert and replace
insert into u (a, b) values (1, 'x')
insert into u values (1, 'x', 3)
insert into u (a, b) value (1, 'x')
insert into u () values ()
insert u (a) values (1)
insert into u set a = 1, b = 'x'
insert into u (a, b) values (1, default), (default, 'x')
insert into u (a, b) values (?, ?), (?, ?)
insert ignore into u (a) values (1)
insert low_priority into u (a) values (1)
insert high_priority ignore into u (a) values (1)
insert delayed into u (a) values (1)
insert into u (a, b) select a, b from t
insert into u select a, b, 1 from t
insert into u (a) (select a from t)
insert into u (a) select a from t union select a from p
insert into u (a) table t
insert into u (a) values (1) on duplicate key update a = 2
insert into u (a, b) values (1, 'x') on duplicate key update b = values(b), c2 = c2 + 1
insert into u (a, b) values (1, 'x') on duplicate key update b = value(b)
insert into u (a, b) values (1, 'x') on duplicate key update b = default
insert into u (a, b) values (1, 'x') on duplicate key update u.b = if(u.a = 1, values(b), u.b)
insert into u (a) select a from t on duplicate key update a = t.a
insert into t (b) values ('x') on duplicate key update a = last_insert_id(a)
insert into u (a) values (1) returning a
insert into u (a) values (1) returning *
insert into u (a) values (1), (2) returning a, b as x, a + 1, concat(a, b)
insert into u set a = 1 returning a
insert into u (a) select a from t returning a
insert into u (a) values (1) on duplicate key update a = 2 returning a
insert into t (b) values ('x') returning a
insert into t (b) values ('x') returning t.a, t.`b`
insert into t (b) values ('x') returning probe.t.a
insert into t (b) values (?) returning `t`.`a`
insert ignore into t (a, b) values (1, 'x') returning a
insert into u (a) values (1) returning (select 1)
insert into u (a) values (1) returning f(a)
insert into p partition (p0) (a, b) values (1, 'x')
insert into u (a) values ((select max(a) from t))
insert into u (a, b) values (1, b)
insert into u (a) values (nextval(s))
insert into u (a) values (next value for s)
replace into u (a, b) values (1, 'x')
replace into u set a = 1
replace u values (1, 'x', 2)
replace into u (a) select a from t
replace low_priority into u (a) values (1)
replace into u (a) values (1) returning a, b
replace into p partition (p0) (a) values (1)
replace into u (a) values (default)
insert into u values row(1, 'x', 3)
-- update
update t set b = 'x'
update t set b = 'x' where a = 1
update t set b = 'x', c = now() where a in (1, 2) order by a desc limit 1
update ignore t set b = 'x'
update low_priority t set b = 'x'
update t as x set x.b = 'y' where x.a = 1
update t x set b = 'y' where x.a = 1
update t, u set t.b = u.b where t.a = u.a
update t join u on t.a = u.a set t.b = u.b, u.c2 = 1
update t left join u using (a) set t.b = 'x' where u.a is null
update t join u on t.a = u.a set t.b = u.b order by t.a limit 1
update t join (select max(a) as m from u) d on d.m = t.a set t.b = 'x'
update t set b = default where a = 1
update t set b = (select max(b) from u)
update t set b = (select b from u where u.a = t.a limit 1) where exists (select 1 from u where u.a = t.a)
update t set a = a + 1 order by a desc
update p partition (p0) set b = 'x'
update t set b = 'x' where a = 1 limit 1
update t set c = now() + interval 1 day where c < now()
update probe.t set probe.t.b = 'x' where probe.t.a = 1
update t use index (primary) set b = 'x' where a = 1
with c as (select a from u) update t set b = 'x' where a in (select a from c)
with c as (select a from u) update t, c set t.b = 'x' where t.a = c.a
update app for portion of p from '2026-01-01' to '2026-02-01' set a = 2
-- delete
delete from t
delete from t where a = 1
delete from t where a = 1 order by a limit 1
delete low_priority quick ignore from t where a = 1
delete t from t join u on t.a = u.a
delete t, u from t join u on t.a = u.a where t.a = 1
delete from t using t join u on t.a = u.a
delete from t, u using t join u on t.a = u.a where u.b = 'x'
delete x from t as x join u on x.a = u.a
delete from x using t as x join u on x.a = u.a
delete t.* from t, u where t.a = u.a
delete from t.*, u.* using t join u on t.a = u.a
delete probe.t from probe.t, probe.u where probe.t.a = probe.u.a
delete from t where a in (select a from u)
delete from u where a = (select min(a) from (select a from u) d)
delete from p partition (p0) where a = 1
delete from t where a = 1 returning a, b
delete from t where a = 1 returning *
delete from t returning a
delete from t order by a limit 1 returning a, upper(b) x
with c as (select a from u) delete from t where a in (select a from c)
with c as (select a from u) delete t from t join c on t.a = c.a
delete history from h
delete history from h before system_time '2026-01-01'
delete from app for portion of p from '2026-01-01' to '2026-02-01'
