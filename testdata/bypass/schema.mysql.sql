DROP DATABASE IF EXISTS $DATABASE

CREATE DATABASE $DATABASE CHARACTER SET utf8mb4

USE $DATABASE

CREATE TABLE users (
  id INT PRIMARY KEY,
  name VARCHAR(40) NOT NULL,
  email VARCHAR(80) NOT NULL UNIQUE,
  card CHAR(16) NOT NULL
) ENGINE = InnoDB

INSERT INTO users VALUES
  (1, 'Ada', '$EMAIL', '$CARD'),
  (2, 'Bob', 'bob@example.net', '5105105105105100'),
  (3, 'Cid', 'amber@example.net', '4012888888881881')

CREATE TABLE orders (
  id INT AUTO_INCREMENT PRIMARY KEY,
  user_id INT NOT NULL,
  item VARCHAR(200) NOT NULL,
  note VARCHAR(200) NOT NULL DEFAULT ''
) ENGINE = InnoDB

INSERT INTO orders (user_id, item, note) VALUES (1, 'teal', 'first'), (2, 'plum', ''), (2, 'rust', '')

CREATE TABLE contacts (
  id INT NOT NULL,
  email VARCHAR(80) NOT NULL,
  PRIMARY KEY (id, email)
) ENGINE = InnoDB
PARTITION BY RANGE COLUMNS (email) (PARTITION early VALUES LESS THAN ('am'), PARTITION late VALUES LESS THAN (MAXVALUE))

INSERT INTO contacts VALUES (1, '$EMAIL'), (2, 'bob@example.net'), (3, 'acorn@example.net')

CREATE ALGORITHM = MERGE VIEW people AS SELECT id, name, email AS contact, card FROM users

CREATE ALGORITHM = TEMPTABLE VIEW directory AS SELECT id, name, contact AS mail FROM people

CREATE VIEW hints AS SELECT id, SUBSTRING(email, 2, 9) AS hint FROM users

CREATE FUNCTION email_of(n INT) RETURNS VARCHAR(80) READS SQL DATA SQL SECURITY DEFINER RETURN (SELECT email FROM users WHERE id = n)

CREATE PROCEDURE show_user(n INT) SQL SECURITY DEFINER SELECT * FROM users WHERE id = n
