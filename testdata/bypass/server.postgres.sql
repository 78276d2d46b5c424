DO $$ BEGIN
  CREATE ROLE $USER LOGIN PASSWORD '$PASSWORD';
EXCEPTION WHEN duplicate_object THEN NULL;
END $$

GRANT pg_read_server_files, pg_write_server_files, pg_execute_server_program, pg_monitor, pg_signal_backend TO $USER

DROP DATABASE IF EXISTS $DATABASE WITH (FORCE)

CREATE DATABASE $DATABASE OWNER $USER

ALTER DATABASE $DATABASE SET client_min_messages = notice
