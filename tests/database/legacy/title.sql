-- The second layout: `title` in one table and `badge_name` in the other, two rows of one name, packs of our first release.
CREATE TABLE guests (
  id SERIAL NOT NULL, token_hash VARCHAR(64) NOT NULL, created_at TIMESTAMP NOT NULL, PRIMARY KEY (id), UNIQUE (token_hash)
);
CREATE TABLE achievements (id SERIAL PRIMARY KEY, title VARCHAR(120), icon VARCHAR(20) DEFAULT 'star' NOT NULL);
CREATE TABLE user_achievements (
  id SERIAL PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES guests (id),
  achievement_id INTEGER NOT NULL REFERENCES achievements (id),
  badge_name TEXT NOT NULL,
  unlocked_at TIMESTAMP
);
CREATE TABLE packs (
  id VARCHAR(32) NOT NULL, guest_id INTEGER NOT NULL, job_id VARCHAR(32), title TEXT NOT NULL, summary TEXT NOT NULL,
  explanation TEXT NOT NULL, caption TEXT NOT NULL, text_engine VARCHAR(100) NOT NULL,
  caption_engine VARCHAR(100) NOT NULL, engines JSON NOT NULL, quality JSON, notes JSON NOT NULL, receipt JSON NOT NULL,
  created_at TIMESTAMP NOT NULL, PRIMARY KEY (id), FOREIGN KEY (guest_id) REFERENCES guests (id), UNIQUE (job_id)
);
CREATE TABLE cards (
  front TEXT NOT NULL, back TEXT NOT NULL, kind VARCHAR(20) NOT NULL, source_line INTEGER, origin VARCHAR(100) NOT NULL,
  id SERIAL NOT NULL, pack_id VARCHAR(32) NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY (pack_id) REFERENCES packs (id) ON DELETE CASCADE
);
CREATE TABLE questions (
  question TEXT NOT NULL, options JSON NOT NULL, answer_index INTEGER NOT NULL, explanation TEXT NOT NULL,
  source_line INTEGER, origin VARCHAR(100) NOT NULL, id SERIAL NOT NULL, pack_id VARCHAR(32) NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY (pack_id) REFERENCES packs (id) ON DELETE CASCADE
);
INSERT INTO guests (token_hash, created_at) VALUES ('aa', '2026-01-05 10:00:00'), ('bb', '2026-01-06 10:00:00');
INSERT INTO achievements (title) VALUES ('First card'), ('Ten cards'), ('First card'), (NULL);
INSERT INTO user_achievements (user_id, achievement_id, badge_name, unlocked_at) VALUES
  (1, 1, 'First card', '2026-01-07 08:00:00'), (1, 3, 'First card', '2026-01-07 08:00:01'), (2, 2, 'Ten cards', NULL);
INSERT INTO packs VALUES
  ('11111111111111111111111111111111', 1, NULL, 'Cells', 'About cells.', '', '', 'ocr', '', '[]', NULL, '[]', '{}', '2026-01-07 08:00:00');
INSERT INTO cards (front, back, kind, source_line, origin, pack_id) VALUES
  ('What makes ATP?', 'Mitochondria', 'short_answer', 1, 'server', '11111111111111111111111111111111'),
  ('____ makes proteins.', 'The ribosome', 'cloze', NULL, 'you', '11111111111111111111111111111111');
INSERT INTO questions (question, options, answer_index, explanation, source_line, origin, pack_id) VALUES
  ('Where is DNA?', '["in the nucleus", "outside"]', 0, 'Line 2.', 2, 'server', '11111111111111111111111111111111');
