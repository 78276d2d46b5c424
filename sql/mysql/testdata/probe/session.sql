-- show and describe
show databases
show schemas like 'x%'
show tables
show full tables from probe where table_type = 'BASE TABLE'
show full tables in probe like 't%'
show columns from t
show full columns from t from probe
show full fields from t like 'a'
show extended columns from t
show index from t
show indexes from t in probe
show keys from t where key_name = 'PRIMARY'
show create table t
show create view vw
show create database probe
show create procedure p
show table status
show table status from probe like 't%'
show variables
show session variables like 'x'
show global variables where variable_name = 'x'
show status
show global status like 'x'
show warnings
show warnings limit 1
show errors
show count(*) warnings
show engines
show plugins
show privileges
show grants
show grants for current_user
show grants for current_user()
show processlist
show full processlist
show character set
show collation
show collation like 'utf8%'
show triggers
show triggers from probe
show events
show procedure status
show function status like 'f%'
show open tables
show master status
show create user
show profiles
describe t
desc t a
desc probe.t
describe t 'a%'
explain t
explain select a from t
explain extended select a from t
explain partitions select a from t
explain format=json select a from t
explain update t set b = 'x'
explain delete from t where a = 1
explain insert into u (a) values (1)
explain replace into u (a) values (1)
explain select a from t union select a from u
explain (select a from t)
explain with c as (select a from t) select * from c
analyze select a from t
analyze format=json select a from t
analyze update t set b = 'x'
-- session and transactions
begin
begin work
start transaction
start transaction read only
start transaction read write
start transaction with consistent snapshot
start transaction with consistent snapshot, read only
commit
commit work
commit and chain
commit and no chain
commit and no chain no release
commit release
rollback
rollback work and chain
rollback to savepoint sp
rollback to sp
rollback work to savepoint sp
savepoint sp
release savepoint sp
set autocommit = 0
set autocommit = on
set @@autocommit = 1, @@session.sql_mode = 'TRADITIONAL'
set session transaction isolation level read committed
set transaction isolation level repeatable read, read only
set global transaction isolation level serializable
set names utf8mb4
set names utf8mb4 collate utf8mb4_unicode_ci
set names 'utf8mb4'
set names default
set character set utf8mb4
set charset utf8mb4
set @x = 1
set @x := 1, @y = @x + 1
set @x = (select max(a) from t)
set session wait_timeout = 100
set local wait_timeout = 100
set @@wait_timeout := default
set global max_connections = 100
set sql_mode = concat(@@sql_mode, ',STRICT_TRANS_TABLES')
set foreign_key_checks = 0
set time_zone = '+00:00'
set sql_auto_is_null = 0, sql_mode = ''
set sql_safe_updates = 1
set profiling = 1
set statement max_statement_time = 1 for select a from t
use probe
xa start 'x'
prepare st from 'select 1'
execute st using @x
execute immediate 'select 1'
deallocate prepare st
handler t open
handler t read first
