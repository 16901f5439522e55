-- Which runs of three letters the pictures' index knows, so that a shorter word is found as one that begins with it.
-- Two blanks at the end let every run of one or two begin such a run.
CREATE VIRTUAL TABLE pictures_runs USING fts5vocab (pictures_words, row);
UPDATE pictures_words SET words = words || '  ';
