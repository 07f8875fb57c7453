-- The first layout: names under `name`, everything required, points instead of tiers, users with passwords.
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(80) NOT NULL UNIQUE);
CREATE TABLE achievements (
  id SERIAL PRIMARY KEY, name VARCHAR(50) NOT NULL UNIQUE, description TEXT NOT NULL, points INTEGER NOT NULL
);
CREATE TABLE user_achievements (
  id SERIAL PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name VARCHAR(50) NOT NULL,
  earned_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_user_achievements_user ON user_achievements (user_id);
INSERT INTO users (username) VALUES ('ada'), ('grace');
INSERT INTO achievements (name, description, points) VALUES
  ('First Steps', 'Analyse a first photo', 10), ('Marathon', 'Study seven days in a row', 50);
INSERT INTO user_achievements (user_id, name, earned_at) VALUES
  (1, 'First Steps', '2025-03-01 09:30:00'), (1, 'Marathon', '2025-03-08 21:05:11'), (2, 'First Steps', '2025-04-02 07:00:00');
