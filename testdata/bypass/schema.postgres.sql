SET client_min_messages = warning

CREATE SCHEMA IF NOT EXISTS ext

CREATE EXTENSION IF NOT EXISTS dblink SCHEMA ext

CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA ext

CREATE EXTENSION IF NOT EXISTS file_fdw SCHEMA ext

CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA ext

CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA ext

CREATE EXTENSION IF NOT EXISTS hstore SCHEMA ext

CREATE EXTENSION IF NOT EXISTS tablefunc SCHEMA ext

CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA ext

CREATE EXTENSION IF NOT EXISTS xml2 SCHEMA ext

GRANT USAGE ON SCHEMA ext TO $USER

GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text), pg_catalog.pg_read_file(text), pg_catalog.lo_export(oid, text), pg_catalog.lo_import(text) TO $USER

DROP SERVER IF EXISTS loopback CASCADE

DROP SCHEMA IF EXISTS public CASCADE

DROP SCHEMA IF EXISTS spare CASCADE

SELECT lo_unlink(oid) FROM pg_largeobject_metadata

CREATE SCHEMA public AUTHORIZATION $USER

CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$HOST', port '$PORT', dbname '$DATABASE')

GRANT USAGE ON FOREIGN SERVER loopback TO $USER

CREATE SERVER IF NOT EXISTS files FOREIGN DATA WRAPPER file_fdw

GRANT USAGE ON FOREIGN SERVER files TO $USER

CREATE USER MAPPING FOR $USER SERVER loopback OPTIONS (user '$USER', password '$PASSWORD')

SET ROLE $USER

CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, card text NOT NULL)

INSERT INTO users VALUES
  (1, 'Ada', '$EMAIL', '$CARD'),
  (2, 'Bob', 'bob@example.net', '5105105105105100'),
  (3, 'Cid', 'amber@example.net', '4012888888881881')

CREATE TABLE managers (level int) INHERITS (users)

INSERT INTO managers VALUES (11, 'Max', '$EMAIL', '$CARD', 2)

CREATE TABLE orders (id serial PRIMARY KEY, user_id int NOT NULL, item text NOT NULL, note text NOT NULL DEFAULT '')

INSERT INTO orders (user_id, item, note) VALUES (1, 'teal', 'first'), (2, 'plum', ''), (2, 'rust', '')

CREATE TABLE contacts (id int NOT NULL, email text NOT NULL, PRIMARY KEY (id, email)) PARTITION BY RANGE (email)

CREATE TABLE contacts_early PARTITION OF contacts FOR VALUES FROM (MINVALUE) TO ('am')

CREATE TABLE contacts_late PARTITION OF contacts FOR VALUES FROM ('am') TO (MAXVALUE)

INSERT INTO contacts VALUES (1, '$EMAIL'), (2, 'bob@example.net'), (3, 'acorn@example.net')

CREATE VIEW people AS SELECT id, name, email AS contact, card FROM users

CREATE VIEW directory AS SELECT DISTINCT id, name, contact AS mail FROM people

CREATE VIEW hints AS SELECT id, substr(email, 2, 9) AS hint FROM users

CREATE MATERIALIZED VIEW people_copy AS SELECT id, name, email AS contact FROM users

CREATE FUNCTION email_of(n int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT email FROM public.users WHERE id = n'

CREATE FUNCTION user_of(n int) RETURNS users LANGUAGE sql STABLE AS 'SELECT u FROM ONLY public.users u WHERE id = n'

CREATE FUNCTION all_users() RETURNS SETOF users LANGUAGE sql STABLE AS 'SELECT * FROM public.users'

CREATE FUNCTION tell(t text) RETURNS boolean LANGUAGE plpgsql COST 1 AS 'BEGIN RAISE NOTICE ''%'', t; RETURN true; END'

CREATE FUNCTION same_start(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT left(a, length(b)) = b'

CREATE OPERATOR ^== (LEFTARG = text, RIGHTARG = text, FUNCTION = same_start)

CREATE AGGREGATE glue(text) (SFUNC = textcat, STYPE = text, INITCOND = '')

RESET ROLE

CREATE FUNCTION public.peek(text, int) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM public.users WHERE id = $2'

CREATE FUNCTION public.later(text, int) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT email > ''am'' FROM ONLY public.users WHERE id = $2'

CREATE FUNCTION public.other(int, int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT email > ''am'' FROM ONLY public.users WHERE id = 1'

CREATE OPERATOR public.@@@ (RIGHTARG = int, FUNCTION = public.email_of)

CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = int, FUNCTION = public.peek)

CREATE OPERATOR public.#=# (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, NEGATOR = OPERATOR(public.#<>#))

CREATE OPERATOR public.#<># (LEFTARG = int, RIGHTARG = int, FUNCTION = public.other, NEGATOR = OPERATOR(public.#=#))

CREATE CAST (int AS public.users) WITH FUNCTION public.user_of(int)

CREATE TYPE public.grade AS (n int)

CREATE FUNCTION public.darker(a public.grade, b public.grade) RETURNS boolean LANGUAGE sql AS 'SELECT (a).n < (b).n'

CREATE FUNCTION public.grades(a public.grade, b public.grade) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT ((a).n - (b).n) * CASE WHEN email > ''am'' THEN 1 ELSE -1 END FROM ONLY public.users WHERE id = 1'

CREATE OPERATOR public.<<< (LEFTARG = public.grade, RIGHTARG = public.grade, FUNCTION = public.darker)

CREATE OPERATOR public.<<= (LEFTARG = public.grade, RIGHTARG = public.grade, FUNCTION = public.darker)

CREATE OPERATOR public.=*= (LEFTARG = public.grade, RIGHTARG = public.grade, FUNCTION = public.darker)

CREATE OPERATOR public.>>= (LEFTARG = public.grade, RIGHTARG = public.grade, FUNCTION = public.darker)

CREATE OPERATOR public.>>> (LEFTARG = public.grade, RIGHTARG = public.grade, FUNCTION = public.darker)

CREATE OPERATOR CLASS public.grade_ops DEFAULT FOR TYPE public.grade USING btree AS OPERATOR 1 public.<<<, OPERATOR 2 public.<<=,
  OPERATOR 3 public.=*=, OPERATOR 4 public.>>=, OPERATOR 5 public.>>>, FUNCTION 1 public.grades(public.grade, public.grade)

CREATE TYPE public.span AS RANGE (SUBTYPE = public.grade, SUBTYPE_OPCLASS = public.grade_ops)

CREATE TYPE public.tint AS (n int)

CREATE FUNCTION public.tint_text(public.tint) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM public.users WHERE id = ($1).n'

CREATE CAST (public.tint AS text) WITH FUNCTION public.tint_text(public.tint) AS IMPLICIT

CREATE TYPE public.hue AS (n int)

CREATE FUNCTION public.hue_text(public.hue) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT email FROM public.users WHERE id = ($1).n'

CREATE CAST (public.hue AS text) WITH FUNCTION public.hue_text(public.hue) AS ASSIGNMENT

CREATE FUNCTION public.brighter(public.hue, int) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT email > ''am'' FROM ONLY public.users WHERE id = $2'

CREATE OPERATOR public.>= (LEFTARG = public.hue, RIGHTARG = int, FUNCTION = public.brighter)

CREATE OPERATOR public.<= (LEFTARG = public.hue, RIGHTARG = int, FUNCTION = public.brighter)

CREATE OPERATOR public.+ (LEFTARG = public.hue, RIGHTARG = int, FUNCTION = public.brighter)

CREATE FUNCTION public.allowed(text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT email > $1 FROM ONLY public.users WHERE id = 1'

CREATE DOMAIN public.word AS text CHECK (public.allowed(VALUE))

CREATE FUNCTION public.collect(text, int, int) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT $1 || email FROM ONLY public.users WHERE id = $3'

CREATE AGGREGATE public.max(int, int) (SFUNC = public.collect, STYPE = text, INITCOND = '')

CREATE TABLE public.swatches (id int, s public.grade, t public.tint, h public.hue, w public.word)

INSERT INTO public.swatches VALUES (1, ROW(1), ROW(1), ROW(1)), (2, ROW(2), ROW(1), ROW(1))

CREATE VIEW public.loud AS SELECT id, lower(t) AS said FROM public.swatches

CREATE DOMAIN public.plain AS text CHECK (VALUE ~ '^[a-z]+$')

CREATE TABLE public.ledgers (id int, item public.plain)

INSERT INTO public.ledgers VALUES (1, 'teal')

GRANT ALL ON public.swatches, public.loud, public.ledgers TO $USER

CREATE TABLE public.tickets (id int, user_id int, item text, note text)

INSERT INTO public.tickets VALUES (1, 1, 'pen', '')

CREATE VIEW public.desk AS SELECT id, user_id, item, note FROM public.tickets

CREATE VIEW public.counter AS SELECT user_id, item AS what FROM public.desk

CREATE FUNCTION public.first_address() RETURNS text LANGUAGE sql STABLE AS 'SELECT email FROM ONLY public.users WHERE id = 1'

CREATE TABLE public.shelves (n int)

INSERT INTO public.shelves VALUES (1)

CREATE RULE told AS ON INSERT TO public.tickets DO ALSO SELECT public.first_address() AS item

CREATE RULE moved AS ON UPDATE TO public.tickets DO INSTEAD UPDATE public.shelves SET n = n RETURNING 1, n, public.first_address(), ''

CREATE RULE gone AS ON DELETE TO public.tickets DO INSTEAD DELETE FROM public.shelves RETURNING 1, n, public.first_address(), ''

CREATE DOMAIN public.noted AS text DEFAULT public.first_address()

CREATE TABLE public.drafts (id int, note text DEFAULT public.first_address())

CREATE VIEW public.outlines AS SELECT id, note FROM public.drafts

CREATE TABLE public.sketches (id int, note public.noted)

CREATE TABLE public.copies (id int, note text DEFAULT query_to_xml('SELECT email FROM ONLY public.users WHERE id = 1', true, true, '')::text)

CREATE TABLE public.stamped (id int, note text)

CREATE VIEW public.stamps AS SELECT id, note FROM public.stamped

CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := public.first_address(); RETURN NEW; END'

CREATE TRIGGER stamp BEFORE INSERT ON public.stamped FOR EACH ROW EXECUTE FUNCTION public.stamp()

CREATE TABLE public.boxes (id int, note text) PARTITION BY LIST (id)

CREATE TABLE public.boxes_1 PARTITION OF public.boxes FOR VALUES IN (1)

CREATE TABLE public.boxes_2 PARTITION OF public.boxes FOR VALUES IN (2)

INSERT INTO public.boxes VALUES (1, 'pens')

CREATE TRIGGER stamp BEFORE INSERT ON public.boxes_2 FOR EACH ROW EXECUTE FUNCTION public.stamp()

CREATE TABLE public.labels (id int, note text)

INSERT INTO public.labels VALUES (1, 'pens')

CREATE TRIGGER stamp AFTER INSERT OR UPDATE ON public.labels FOR EACH ROW EXECUTE FUNCTION public.stamp()

CREATE TABLE public.visitors (id serial, token uuid DEFAULT gen_random_uuid(), note text DEFAULT 'fresh')

GRANT ALL ON public.tickets, public.shelves, public.desk, public.counter, public.drafts, public.outlines, public.sketches, public.copies, public.stamped, public.stamps, public.boxes, public.labels, public.visitors, public.visitors_id_seq TO $USER
