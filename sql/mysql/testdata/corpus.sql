-- tables in every place
select * from t
select t.* from t
select test.t.a from test.t
select a from t as x where x.a = 1
select x.a from t x, u y where x.a = y.a
select a from t join u using (a)
select t.a from t left join u on t.a = u.a right join v on u.a = v.a
select * from t natural join u
select * from (t, u)
select * from (t join u on t.a = u.a) join v on v.a = t.a
select straight_join * from t, u
select * from t straight_join u on t.a = u.a
select (select max(a) from u)
select (select max(a) from u) + 1 from t
select * from t where a in (select a from u)
select * from t where a not in (select a from u where u.a in (select a from v))
select * from t where exists (select 1 from u where u.a = t.a)
select * from t where a = any (select a from u)
select * from t where a > all (select a from u)
select * from t where (a, b) = (select a, b from u limit 1)
select * from t where (a, b) in ((1, 2), (3, 4))
select * from (select a from u) d
select * from (select a from (select a from v) e) d
select a from t union select a from u
select a from t union all (select a from u order by a limit 1)
select a from t except select a from u
select a from t intersect select a from u
(select a from t) union (select a from u) order by a
select a from t order by (select max(a) from u)
select a from t group by a having max(b) > (select max(a) from u)
select a from t group by (select max(a) from u)
select case when a = 1 then (select a from u limit 1) else (select a from v limit 1) end from t
select if(a, (select max(a) from u), 0) from t
select coalesce((select max(a) from u), 0)
select count(distinct a), group_concat(b order by b separator ',') from t
select a, row_number() over (partition by b order by a) from t
select a, sum(b) over w from t window w as (partition by a)
select a, sum(b) over (order by (select max(a) from u)) from t
select * from t where a between (select min(a) from u) and (select max(a) from v)
select * from t where b like (select max(b) from u)
select * from t where (select a from u limit 1) is null
select distinct a from t
select sql_no_cache a from t
select sql_calc_found_rows a from t limit 1
select high_priority a from t
select a from t limit 2 offset 1
select a from t limit 1, 2
select a from t use index (primary)
select a from t force index for join (primary)
select * from vw
select * from vw join t on vw.a = t.a
select * from other.o
select * from other.o join t on o.a = t.a
select other.o.a from other.o
select `a` from `t` where `b` = 'x'
select a from `test`.`t`
select * from `odd``name`
select * from `select`
select `select`.`from` from `select`
select select.a from `select`
select cast(a as char(10)), convert(a, signed), convert(b using utf8mb4) from t
select date '2020-01-01', time '10:00:00', timestamp '2020-01-01 00:00:00' from t
select b collate utf8mb4_bin from t
select _utf8mb4'x', n'y', x'41', 0x41, b'1', 0b1 from t
select date_add(now(), interval (select max(a) from u) day)
select extract(year from now()), trim(both 'x' from b), substring(b from 1 for 2), position('x' in b) from t
select * from t where b regexp 'x' or b rlike 'y' and not a <=> 1 xor a div 2 or a mod 2
select !a, ~a, -a, a << 1, a >> 1, a | 1, a & 1, a ^ 1 from t
select 1 from dual
select * from t where a = 1 or a = -1 or a = - 1 or a = +1
select a 'alias' from t
select a as 'alias', b as "other" from t
select a alias from t
select 'a' 'b' from t
select "it''s", 'it\'s', 'a\\' from t
select * from t where a in (1)
select * from t where a in (1, 2, 3)
select * from t where a in (1, a, 3)
select * from t where a in (1, (select max(a) from u))
select * from seq_1_to_5
select * from information_schema.tables where table_schema = 'test'
select table_name from information_schema.columns
select user from mysql.user
select * from performance_schema.threads
-- common table expressions
with c as (select a from t) select * from c
with t as (select a from u) select * from t
with t as (select a from t) select * from t
with c as (select a from t), d as (select a from c) select * from d
with c as (select a from t) select * from c where a in (select a from u)
with c as (select a from t) select * from test.t join c on c.a = t.a
with recursive c as (select 1 as a union all select a + 1 from c where a < 5) select * from c
with recursive c as (select a from t union select c.a from c join u on u.a = c.a) select * from c
select * from (with c as (select a from t) select * from c) d
select * from t where a in (with t as (select a from u) select a from t)
with c as (select a from t) select * from (with c as (select a from u) select * from c) d
with c as (select a from t) select (with c as (select max(a) as a from u) select a from c), a from c
with c as (with d as (select a from t) select a from d) select * from c
with c as (with d as (select a from t) select a from d) select * from c join d on true
with c(x) as (select a from t) select x from c
with u as (select a from t) select a from u union select a from u
select a from (with u as (select a from t) select a from u) x union select a from u
with C as (select a from t) select * from C
insert into t (a) with c as (select a from u) select a from c
-- writing
insert into t (a, b) values (1, 'x')
insert into t (a, b) values (1, 'x'), (2, null), (3, default)
insert into t values (1, 'x', now())
insert ignore into t (a) values (1)
insert into t set a = 1, b = 'x'
insert t (a) values (1)
insert into t () values ()
insert into t (a) value (1)
insert into t (a) values ((select max(a) from u))
insert into t (a) select a from u
insert into t (a) select a from t
insert into t (a) (select a from u)
insert into t (a, b) values (1, 'x') on duplicate key update b = values(b)
insert into t (a, b) values (1, 'x') on duplicate key update b = (select max(b) from u)
insert into t (a) select a from u on duplicate key update t.b = u.b
insert into t (a) values (1) returning a
insert into t (a) values (1) returning *
insert into t (a, b) values (1, 'x'), (2, 'y') returning a as id, concat(b, '!')
insert into t (a) select a from u returning a
replace into t (a) values (1) returning a, b
delete from t where a = 1 returning a, b
delete from t returning *
delete from t where a = 1 order by b limit 1 returning upper(b)
insert low_priority into test.t (a) values (1)
replace into t (a) values (1)
replace into t set a = 1
replace into t (a) select a from u
update t set a = 1
update t set a = 1 where b = 'x'
update t set a = a + 1
update t set a = (select max(a) from u)
update t set a = 1 where a in (select a from u) order by b limit 1
update t as x set x.a = 1 where x.b = 'y'
update t, u set t.a = u.a where t.b = u.b
update t join u on t.a = u.a set u.b = 'x', t.b = 'y'
update t x join u y on x.a = y.a set y.b = x.b
update t join (select a from u) d on t.a = d.a set t.b = 'x'
update t left join u on t.a = u.a set t.b = u.b where u.a is null
update t join u on t.a = u.a set c = null
update test.t set test.t.a = 1
update ignore t set b = default
delete from t
delete from t where a = 1
delete from t where a in (select a from u)
delete t from t join u on t.a = u.a
delete x from t x join u y on x.a = y.a
delete x, y from t x join u y on x.a = y.a
delete from x using t as x join u as y on x.a = y.a
delete t.* from t, u where t.a = u.a
delete test.t from test.t join u on t.a = u.a
delete from t order by a limit 1
delete quick ignore from t where a = 1
-- code in comments
select /* x from u */ a from t
select a from t -- where (select a from u)
select a from t # where (select a from u)
select a/**/from/**/t
select a from /*!50000 t */
select t.a from t /*!50000 , u */
select t.a from t /*!99999 , u */
select t.a from t /*!50701 , u */
select t.a from t /*!100100 , u */
select t.a from t /*M!100100 , u */
select t.a from t /*M! , u */
select t.a from t /*M!999999 , u */
select t.a from t /*T! , u */
select t.a from t /*T![x] , u */
select t.a from t /*+ , u */
select /*! a from */ t.b from t
select 1--1
select 1 -- 1
select 1--	1
select '/*' from t where b = '*/'
select '-- ' from t -- '
select "/*" , a from t where b = '*/'
select a from t where b = 'x\' or exists (select 1 from u) -- '
select a from t where b = 'x\\' or exists (select 1 from u) -- '
select a from t where b = 'x''' or exists (select 1 from u) -- '
select a from t where b = "x\" or exists (select 1 from u) -- "
select a from t where b = '' or exists (select 1 from u)
select `a` from t where `b` = '`' or exists (select 1 from u where u.b = '`')
-- the session
begin
begin work
start transaction
start transaction read only
start transaction with consistent snapshot
commit
commit work
commit and chain
rollback
rollback to savepoint s
rollback to s
savepoint s
release savepoint s
set names utf8mb4
set names 'utf8mb4' collate 'utf8mb4_unicode_ci'
set names latin1
set names gbk
set names default
set character set utf8
set charset utf8mb4
set autocommit = 1
set autocommit=0
set @@autocommit = on
set @@session.autocommit = off
set session autocommit = 1
set @@global.autocommit = 1
set global autocommit = 1
set transaction isolation level read committed
set session transaction read only
set session transaction isolation level repeatable read
set global transaction isolation level repeatable read
set time_zone = '+00:00'
set time_zone = 'Europe/Berlin'
set sql_mode = 'STRICT_TRANS_TABLES'
set sql_mode = ''
set sql_mode = 'ANSI_QUOTES'
set sql_mode = traditional
set sql_mode = 4
set sql_mode = default
set sql_mode = concat(@@sql_mode, ',ANSI')
set sql_mode = (select max(b) from t)
set foreign_key_checks = 0
set sql_log_bin = 0
set character_set_client = gbk
set character_set_client = utf8mb4
set character_set_results = null
set character_set_results = gbk
set @x = 1
set @x = (select max(a) from t)
set @x := 5, autocommit = 1
set password = password('x')
set role none
set default_storage_engine = innodb
set session wait_timeout = 100
select @@version
select @@session.autocommit, @@global.max_connections
select @@version_comment limit 1
select version(), database(), connection_id(), current_user()
select user(), now()
select 1
select 'x'
select null
select 1 + 1
select ?
select @x
select sleep(1)
select (select 1)
select (select a from t limit 1)
select load_file('x')
select uuid()
do 0
do sleep(1)
do (select max(a) from t)
show warnings
show errors
show count(*) warnings
show warnings limit 5
show variables like 'x'
show variables where value in (select b from t)
show tables
show tables from other
show full tables in other like 'x'
show databases
show columns from t
show full columns from other.o
show index from t
show create table t
show create view vw
show table status
show grants
show processlist
show engines
show status
show triggers
show create procedure p
show plugins
show slave status
describe t
desc t a
explain t
explain select * from t join u using (a)
explain delete from t
explain update t set a = (select max(a) from u)
explain format=json select * from t
explain extended select * from t
use other
-- definitions
create table n (a int primary key, b varchar(20) not null default 'x', c enum('p','q'), key k (b)) engine=innodb
create table n like t
create table n as select * from t
create table n select a from t join u using (a)
create table if not exists other.n (a int)
create temporary table n (a int)
create table n (a int, foreign key (a) references u (a))
create table n (a int) engine=federated connection='x'
create table n (a int) engine=connect
create table n (a int) data directory='/x'
create table n (a int) engine=merge union=(t, u)
create or replace table n (a int)
create or replace view w as select * from t
create view w as select a from t where a in (select a from u)
create definer=root@localhost view w as select * from t
create index i on t (a)
create unique index i on t (a, b)
create database d
create sequence s2
create user x
create role r
create trigger g before insert on t for each row set new.a = 1
create procedure q() select 1
create function f() returns int return 1
create event e on schedule every 1 day do delete from t
create server s foreign data wrapper mysql options (host 'x')
alter table t add column d int
alter table t rename to n
alter table t drop column c, add index i (a)
alter table t exchange partition p with table u
alter table t add foreign key (a) references u (a)
alter table t engine=innodb
alter database test character set utf8mb4
alter user x identified by 'y'
alter view w as select * from t
drop table t
drop table if exists t, other.o
drop view vw
drop index i on t
drop database d
drop user x
drop procedure p
drop function f
drop trigger g
rename table t to n, u to n2
truncate table t
truncate t
analyze table t
optimize table t, u
check table t
checksum table t
repair table t
-- the rest
select 1 as 0x from t
select 1 as 0xg from t
select a.b.c.d from t
select count (*) from t
select sum(a), max(a), min(a), avg(a) from t
select * from t where a = ? and b in (?, ?, ?)
insert into t (a, b) values (?, ?), (?, ?)
select 'a' n'b'
select _latin1 x'41', _utf8mb4"x" from t
select _unknown 'x' from (select 1 as _unknown) q
select * from t order by 1, b desc, 2 limit 3
select * from t group by 1, b
select a from t where a = 12345 order by b, (select 4111111111111111)
select * from t limit 4111111111111111
select 1 union select 2 limit 1
select * from t where c > date_sub(now(), interval 7 day)
select * from t where c > now() - interval 7 day
select * from `t` as `x y`
select t.`a`, `t`.a, `t`.`a`, test.`t`.a from t
select "x" from t
select @`a b`, @'x', @"y", @a.b
select @@`version`
set @@session.`sql_mode` = 'ANSI'
select * from t where a = 0x41 and b = x'4142' and a = b'01' and a = .5 and a = 1.5e-3
select null, true, false, default(a) from t
explain select * from (select a from u) d
delete a1 from t as a1, u as a2
update t set a = 1, b = default where c is null
update (select a from t) d join u on d.a = u.a set u.b = 'x'
insert into t (a, b) select u.a, v.b from u join v on u.a = v.a where exists (select 1 from d)
select * from t where a = 1 and (b, c) not in (select b, c from vw)
select row(1, 2) = (select a, b from u limit 1)
call p()
call test.p(1, 'x', @y)
load data infile 'x' into table t
load data local infile 'x' into table t fields terminated by ',' (a, @b) set b = @b
load xml infile 'x' into table t
lock tables t read
lock tables t write, u as x read
unlock tables
handler t open
handler t read first
prepare s from 'select 1'
prepare s from @x
execute s
execute s using @a
execute immediate 'drop table t'
deallocate prepare s
drop prepare s
xa start 'x'
kill 5
kill query 5
flush tables
flush tables t with read lock
flush privileges
reset master
purge binary logs to 'x'
grant select on t to x
grant all on *.* to x@localhost identified by 'y'
revoke select on other.o from x
install plugin x soname 'y'
shutdown
help 'x'
binlog 'x'
change master to master_host = 'x'
select * from t into outfile '/x'
select * into outfile '/x' from t
select * into dumpfile '/x' from t
select a into @x from t
select a from t into @x
select * from t for update
select * from t lock in share mode
select * from t for update nowait
select @x := a from t
select get_lock('x', 1), release_lock('x')
select benchmark(1000, md5('x'))
select f(a) from t
select other.f(a) from t
select nextval(s)
select next value for s
select previous value for s
select lastval(s), setval(s, 5)
select setval(other.s, 5)
select * from t procedure analyse()
table t
values (1, 2), (3, 4)
select json_extract(b, '$.x') from t
select b->'$.x', b->>'$.y' from t
select * from json_table('[]', '$' columns (a int path '$')) j
select match (b) against ('x' in boolean mode) from t
select a from t offset 1 rows fetch next 1 rows only
select a from t for system_time all
set statement max_statement_time = 1 for select * from t
begin not atomic select 1; end
analyze select * from t
delete history from t
select cast('x' as uuid)
split table t between (1) and (2) regions 4
admin show ddl
import into t from 'x'
batch on a limit 5 delete from t
plan replayer dump explain select 1
recommend index run
trace select * from t
select * from t tablesample system (10)
select * from t as of timestamp now()
select * from t where a ilike 'x'
select tidb_version()
select 1; select 2
select 1;
select 1; -- x
select 1;;
; select 1
returning
select returning from t
select a. b from t
select t .a from t
select .5 from t
select * from .t
select 1 1a from t
select 0X41 from t
select 1 as 1e from t
select 1.e5 from t
select @ x
select x'4' from t
select 'x
select `x
select /* x
select /*!50000 x
select /*!50000 /* x */ y */ from t
select * from t */
select \n from t
select \N from t
select a $x from t
select @@ x
select * from ``
select [a] from t
-- stored code: the head alone is read
create or replace procedure q(in a int) begin select a; if a > 1 then select 2; end if; end
create procedure q() begin case 1 when 1 then select 1; end case; end;
create procedure q() begin select case a when 1 then 2 end from t; end
create definer='root'@'localhost' procedure q() select 1
create definer=current_user procedure q() select 1
create definer=current_user() function f() returns int return 1
create aggregate function f returns string soname 'f.so'
create function f() returns int begin return (select load_file('/etc/passwd')); end
create procedure q() begin select 1; end; drop table t
create procedure q() select 1; drop table t
drop procedure p; drop table t
drop event if exists e
alter event e do delete from t
alter procedure p comment 'x'
alter event e on schedule every 1 day do begin delete from t; delete from u; end
select - 'f'
select leak()
select sys.version_major()
select median (1)
set time_zone = ?
-- what shows stored code, and joins beyond any server's
show create procedure other.p
show procedure status
show function status like 'f%'
show triggers from other
show events
-- INTO variables
select a, b into @X, @`y z` from t limit 1
select 1 into @x
(select a from t limit 1) into @x
select a into @x, b from t
select a from (select a into @x from t) d
select a into @x from t into @y
insert into t (a) select a into @x from u
-- what SET takes beside variables, where the grammar takes it for one
set password := password('a')
set sql_notes=1, password = password('a')
set names utf8mb4, password := '*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29'
set local sql_notes=1, Password := password('a')
set role = admin
-- forms that the grammar is given in others
select b sounds like 'x' from t
select cast(a as nchar), cast(a as varchar(3)), cast(a as int), cast(a as inet6), convert(a, nchar(2)) from t
select a as inet6 from t
select * from (values (1), (2)) d, u
select a from t where a in (values (1), (2))
select * from t for system_time as of now() x
select * from t for system_time as of (select max(c) from u)
select * from t for system_time all left join u on t.a = u.a
select * from t for system_time as of f(1)
select * from t for system_time as of x.y
select jt.* from t, json_table(t.b, '$[*]' columns (n for ordinality, x int path '$.x')) as jt
select json_table(a) from t
select * from json_table(b, a columns (x int path '$')) jt
select * from t order by a offset 1 row fetch next 2 rows with ties
select group_concat(b order by a limit 2), group_concat(b limit 1, 2) from t
select * from t limit 5 rows examined 100
select * from t limit rows examined 100
select a from t lock in share mode nowait
(select a from t limit 1) into @x
select b collate utf8mb4_uca1400_ai_ci, convert(b using koi8u), char(77 using cp1250) from t
select previous value for s, setval(s, 5, false, 0)
select setval(s, 10, (select max(a) from t))
create or replace sequence q1 start with 1
create temporary sequence q1
alter sequence s restart 5
create or replace database other comment 'x'
create table n1 (a int default nextval(s), b int default (f(1)), c int default concat('a', 'b'))
create table n1 (a int, b geometry not null, c uuid, invisible int, d int invisible, spatial index (b), period for p (a, c)) with system versioning
create table n1 as values (1), (2)
alter table t alter index i not ignored, drop foreign key if exists fk, add constraint if not exists x check (a > f(1))
alter table if exists t wait 5 add column x int without system versioning
alter table t add system versioning, drop period if exists for p
alter view w as select f(a) from t
repair local table t, other.o quick extended
lock tables t as x low_priority write, u y read local
kill soft connection 5
rename tables if exists t to t2
explain extended a
