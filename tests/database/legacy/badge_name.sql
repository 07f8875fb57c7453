-- The third layout: a key over two columns and no number, moments with a zone, no list of achievements at all.
CREATE TABLE guests (id SERIAL PRIMARY KEY, token_hash VARCHAR(64) NOT NULL UNIQUE, created_at TIMESTAMP NOT NULL);
CREATE TABLE user_achievements (
  user_id INTEGER NOT NULL,
  badge_name VARCHAR(40) NOT NULL,
  date_earned TIMESTAMP,
  PRIMARY KEY (user_id, badge_name),
  FOREIGN KEY (user_id) REFERENCES guests (id) ON DELETE CASCADE
);
INSERT INTO guests (token_hash, created_at) VALUES ('cc', '2025-11-01 12:00:00'), ('dd', '2025-11-02 12:00:00');
INSERT INTO user_achievements (user_id, badge_name, date_earned) VALUES
  (1, 'night owl', '2025-11-03 23:59:59'), (2, 'night owl', '2025-11-04 00:10:00'), (2, 'early bird', NULL);
