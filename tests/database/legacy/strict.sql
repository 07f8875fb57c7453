-- A layout near ours with other nullability: what we leave empty is required, texts are short, rows are there twice.
CREATE TABLE guests (id SERIAL PRIMARY KEY, token_hash VARCHAR(64) NOT NULL UNIQUE, created_at TIMESTAMP NOT NULL);
CREATE TABLE achievements (
  id SERIAL PRIMARY KEY, achievement_name VARCHAR(30) NOT NULL, description TEXT NOT NULL, category VARCHAR(30) NOT NULL
);
CREATE TABLE user_achievements (
  id SERIAL PRIMARY KEY, guest_id INTEGER NOT NULL, achievement_name VARCHAR(30) NOT NULL, awarded_at TIMESTAMP NOT NULL,
  evidence JSON NOT NULL, celebrated_at TIMESTAMP NOT NULL, notified BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX ux_user_achievements_tier_old ON user_achievements (guest_id, achievement_name, awarded_at);
INSERT INTO guests (token_hash, created_at) VALUES ('ee', '2026-02-01 12:00:00');
INSERT INTO achievements (achievement_name, description, category) VALUES
  ('streak', 'Seven days', 'days'), ('streak', 'Seven days, again', 'days'), ('recall', 'A hundred cards', 'cards');
INSERT INTO user_achievements (guest_id, achievement_name, awarded_at, evidence, celebrated_at, notified) VALUES
  (1, 'streak', '2026-02-08 12:00:00', '{"days": 7}', '2026-02-08 12:00:05', TRUE),
  (1, 'streak', '2026-02-09 12:00:00', '{"days": 8}', '2026-02-09 12:00:05', FALSE);
