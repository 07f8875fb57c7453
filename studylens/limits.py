"""Every limit: a named number with its unit and its reason. What was measured is in benchmarks/RESULTS.md."""

# --- Uploads -------------------------------------------------------------------------------------
MAX_PHOTOS = 10
"""Photos a request: a lecture's worth, and at most 50 MB of body on a small disk."""
BODY_SLACK_BYTES = 64 * 1024
"""Room for the multipart envelope, the question and pasted text beside the photos."""
MAX_TEXT_CHARS = 20_000
"""Pasted notes: about eight dense pages; more belongs in several packs."""
MAX_QUESTION_CHARS = 500
"""The optional question; longer ones are notes."""
MAX_EXPLANATION_CHARS = 10_000
"""What a student remembers of a page: more words than the densest page has."""
MAX_MEGAPIXELS = 50
"""Baseline pictures: a 48 MP phone photo passes; shrinks on load within 50 MB."""
MAX_MEGAPIXELS_PROGRESSIVE = 48
"""Progressive or interlaced pictures must be decoded whole: 48 MP costs up to 153 MB."""
MAX_MEGAPIXELS_HEIC = 16
"""HEIC and AVIF: libheif decodes whole; 12 MP costs 85 MB, 48 MP would cost 336 MB."""
MAX_SIDE_PX = 20_000
"""A longer side is a strip, not a photo; row buffers grow with it."""
MAX_HELD_BYTES = MAX_MEGAPIXELS_PROGRESSIVE * 3 * 1_000_000
"""What a decoder may hold at once: a progressive JPEG keeps 3 bytes a pixel with the colours of phones
(4:2:0), 6 without subsampling; an interlaced PNG 1-8, a GIF, a lossless or an animated WebP 4 or 8."""
TRUNCATED_READABLE_SHARE = 0.5
"""A photo cut off on its way is read when at least so much of its height arrived, and says so."""

# --- Documents (PDF) -----------------------------------------------------------------------------
MAX_PAGES = 50
"""Pages of a document: a long lecture; a book goes in parts, each of which one can look over."""
MAX_LAYER_CHARS = 20_000
"""Characters that are taken from a page: four dense ones; more is a list, or hostile."""
DOCUMENT_SECONDS = 3_600
"""How long a document waits for the choice of its pages: a break, or a lost connection."""
THUMBNAIL_PX = 220
"""Longest side of a page in the list: a heading can be read, for 3-8 kB."""
THUMBNAIL_QUALITY = 70
"""JPEG's, of the same."""
LISTING_CPU_SECONDS = 40
"""Processor time for thumbnails: 50 ordinary pages take 2 s, drawings of maps seconds each."""

# --- Pictures ------------------------------------------------------------------------------------
PICTURE_PX = 1600
"""Longest side kept in memory (7.7 MB as RGB); OCR reads its crops from it."""
GEMINI_PX = 800
"""Longest side sent to Gemini; the product's owner set it."""
GEMINI_PX_PRESSURE = 512
"""The same under memory pressure."""
KEPT_COPY_PX = 800
"""Longest side of the copy that a student asks the server to keep: print is legible, for 70-115 kB a page."""
CUTOUT_SECONDS = 3_600
"""How long a cut-out is kept that is on no card: long enough to look at it, and to come back to it."""
CUTOUT_PX, CUTOUT_PX_PRESSURE = 800, 600
"""Longest side of a thing that is cut out, and under memory pressure: sharp on a card, for 20-110 kB."""
BLIP_PX = 400
"""Longest side given to BLIP; the product's owner set it (the model itself sees 384x384)."""
BLURRED_BELOW = 18.0
"""Sharpness, percent. Rendered pages: 41-46, 30 after a Gaussian blur of 1 px, 24 of 1.5, 20 of 2, 17 of 2.5,
15 of 3; OCR loses words of 22 px letters from 2.5 px on, of 32 px from 3, and of 16 px already from 1.5."""
DARK_BELOW = 60
"""Level (0-255) of the brightest 0.2 % of a photo. With a phone's noise in poor light (16 levels) OCR reads
97 % of the words of paper at level 67, 75 % at 50 and none at 35; a dark slide has letters of 200."""
TILTED_ABOVE = 20.0
"""Degrees. OCR keeps every word of a flat page up to 30; the rest is left for perspective and columns."""
OCR_DETECTION_PX = 1088
"""Text detection: every word right on a tilted dense page, 98.8 % of small print (800 px: 22 %), for a peak
of 122 MB anonymous, 12 MB more than at 800 px."""
OCR_MIN_SCORE = 0.7
"""Lines that the reader itself is less sure of are dropped: of scribbles 46 in 48 scored less, and of
a page too blurred to read at most a third of such a line's words was right; good lines reach 0.87."""
OCR_MIN_TRUST = 0.9
"""Mean score of all boxes of a page, by their width: below it no cards are made. Good print scores 0.96
and more, other scripts 0.15-0.87, hard handwriting 0.45-0.89 (docs/reading.md)."""
OCR_SURE_SCORE = 0.88
"""Lines that the quantised network scores lower are read again by the wheel's own: 1 in 50 of print, for
0.2 % other characters; half of handwriting, for 2 % instead of 9."""
OCR_SMALL_PX = 13
"""Height of a line's box in the 1600 px picture: under it small letters are lost."""
OCR_DETECTION_PX_PRESSURE = 800
"""The same under memory pressure: 110 MB; at 640 px dense pages lose half their words for 17 MB less."""

BLIP_MAX_NEW_TOKENS = 20
"""Tokens a caption may have: BLIP's own default; captions of figures take 6-14."""

# --- Memory (MB of 1,048,576 bytes; anonymous, above the idle analysis process) --------------------
NEED_DECODE_MB = 60
"""Largest decode that is not progressive: a 48 MP PNG."""
NEED_DECODE_LARGE_MB = 170
"""A progressive 48 MP JPEG, or a 16 MP HEIC."""
NEED_DOCUMENT_MB = 45
"""pdfium, a page of 1600 px and a picture on it: 24 MB measured, and room for larger pictures."""
NEED_GEMINI_MB = 60
"""Importing a Gemini SDK and one call: 34-39 MB measured, and room for a long answer."""
NEED_GEMINI_PRESSURE_MB = 45
"""The same with a picture of 512 px."""
NEED_OCR_MB = 110
"""Detection at 1088 px on the dense square page: 122 MB in a process of 23."""
NEED_OCR_PRESSURE_MB = 95
"""Detection at 800 px on the same page."""
NEED_BLIP_MB = 70
"""A caption with the full-size model: 56 MB measured (`-m benchmarks.blip --only need`), and a quarter."""
NEED_SCRIPTS_MB = 75
"""Tesseract with one language, in a process of its own: 48-62 MB anonymous measured, and a fifth."""
NEED_MATERIAL_MB = 40
"""Key phrases and study material: 14 MB measured after OCR, 24 MB on 12,000 characters in a cold process."""
NEED_CUTOUT_MB = 60
"""A clean page or a cut-out with a box, of a 12 MP photo: 50 MB measured."""
NEED_CUTOUT_MODELS_MB = {"u2netp": 250, "silueta": 440, "u2net": 440}
"""The same with a network: 247 and 439 MB measured; silueta was not to be had, so it counts as u2net."""
NEED_BLIP_TRANSFORMERS_MB = 460
"""BLIP_BACKEND=transformers: torch and transformers themselves, and one caption; the weights come on top."""
ROOM_DECODE_MB = 260
"""What a stage may map before it is stopped: its need and half as much again, since address space is
counted whether it is touched or not, plus what its libraries map when they are first loaded."""
ROOM_DOCUMENT_MB = 260
"""See ROOM_DECODE_MB; pdfium leaves out a picture for which it finds no memory."""
ROOM_GEMINI_MB = 200
"""See ROOM_DECODE_MB."""
ROOM_OCR_MB = 280
"""See ROOM_DECODE_MB."""
ROOM_CUTOUT_MB = 200
"""See ROOM_DECODE_MB."""
ROOM_BLIP_MB = 260
"""See ROOM_DECODE_MB."""
ROOM_BLIP_TRANSFORMERS_MB = 4000
"""Torch maps its weights twice while it loads them."""
ROOM_MATERIAL_MB = 160
"""See ROOM_DECODE_MB."""
WARNING_SHARE = 0.78
"""Above this share of the limit memory use is `warning`: 400 of 512 MB."""
FORCE_GC_SHARE = 0.85
"""Above this share every stage collects garbage and hands free pages back."""
CRITICAL_SHARE = 0.90
"""Above this share memory use is `critical`."""
ALERT_AFTER_SECONDS = 60
"""One alert line once the warning has lasted this long; a photo's own peak is shorter at 1 CPU."""

# --- The analysis process ------------------------------------------------------------------------
ANALYSIS_CPU_SECONDS = 90
"""Processor time a photo may use; the dense page takes up to 31."""
ANALYSIS_WALL_SECONDS = 600
"""Wall time a photo may take; a dense page without Gemini took 4 minutes at 0.1 CPU."""
ANALYSIS_SILENCE_SECONDS = 300
"""Without a stage event for so long the process is taken for hung, and killed."""
ANALYSIS_NICENESS = 10
"""Pages go before photos when they share a tenth of a processor."""

# --- Jobs ----------------------------------------------------------------------------------------
LEASE_SECONDS = 60
"""A running job whose lease is this old belongs to a dead runner."""
LEASE_RENEWAL_SECONDS = 10
"""Six chances to renew before a lease is over."""
MAX_ATTEMPTS = 3
"""A photo that kills the process three times is at fault itself."""
FOREIGN_QUEUE_SECONDS = 600
"""A job of another upload folder, queued this long: the machine that has its photo is gone."""
RUNNER_POLL_SECONDS = 5
"""How often the runner looks for jobs of other workers; its own worker wakes it at once."""
SWEEP_SECONDS = 30
"""How often files and rows are compared: no file is left 60 s after a restart."""
ORPHAN_FILE_SECONDS = 20
"""A file without a row this old was left by a killed request, which writes the file first."""
MAX_QUEUED_JOBS, FAIR_QUEUED_JOBS, MOST_QUEUED_JOBS = 200, 10, 2_000
"""Waiting jobs in all; at 0.1 CPU that is hours already, so more is `busy`. Up to the last number, though,
each student may have ten, which wait for one job of every other student and not for the whole line."""
DEFAULT_WAIT_SECONDS = 55
"""How long a JSON client waits for its pack by default: under the usual 60 s of proxies."""
MAX_WAIT_SECONDS = 60
"""The longest wait that a client may ask for."""
MAX_WAITING_REQUESTS = 8
"""Waiting requests at once: a quarter of the 32 threads, so pages always find a free one."""

# --- Study material made without a model ----------------------------------------------------------
MATERIAL_MIN_SCORE = 0.8
"""Reader's score of a line, 0-1: below it no card is made, since its words may be wrong."""
MATERIAL_CARDS = 30
"""Cards a page: more than a student reviews in one sitting."""
MATERIAL_QUESTIONS = 12
"""Questions a page."""
MATERIAL_TERMS = 20
"""Key terms a page."""
MATERIAL_HEADING_TERMS = 5
"""Headings among them: terms that the page names and does not define."""

# --- Gemini --------------------------------------------------------------------------------------
GEMINI_CALL_SECONDS = 20
"""One call; under 10 s the server refuses the deadline."""
GEMINI_PHOTO_SECONDS = 35
"""All calls for one photo, over all models: then the server reads it itself."""
GEMINI_LEAST_CALL_SECONDS = 10
"""A call is not begun with less time left: the server refuses shorter deadlines."""

# --- Any language model: retries and rests (docs/decisions.md, "A fault is believed on its second time") ----
MODEL_BODY_BYTES = 4_000_000
"""A model's whole answer, packed or unpacked: 65,000 tokens, the most that any writes, take 0.3-1.5 MB."""
MODEL_BODY_BRACKETS = 100_000
"""Brackets in it: an object takes 64 bytes of memory for two of the body. A pack has up to a thousand."""
MODEL_RETRY_SECONDS = 0.8
"""Pause before a call is made again, times 0.5-1.5 by chance, so that a crowd does not come back as one."""
MODEL_RETRY_WAIT_SECONDS = 5
"""A rate limit that asks for at most this long is waited out, once a page."""
MODEL_QUICK_SECONDS = 8
"""A failure that came within this time leaves room for a second try beside another model's turn."""
MODEL_AWAY_REST_SECONDS = 15
"""First rest of a model that is away: most outages last seconds. Each further failure doubles it."""
MODEL_REST_SECONDS = 60
"""The same for one that answers nonsense, or is asked too often: such limits count minutes."""
MODEL_LONGEST_REST_SECONDS = 900
"""And up to here: an outage is over within a quarter of an hour, or one call in it does no harm."""
MODEL_FAULT_REST_SECONDS = 600
"""The same for a key or a model that is refused: somebody has to act, and one call looks whether he has."""
MODEL_LONGEST_FAULT_REST_SECONDS = 6 * 3_600
"""Four calls a day, until somebody acts."""
MODEL_LONGEST_TOLD_REST_SECONDS = 86_400
"""A rest that a server asks for is cut to a day: daily quotas are back by then, and nonsense does no harm."""

ANSWER_MAX_LINES = 400
"""Lines of a transcript: six dense pages; more is a model that repeats itself."""
ANSWER_LINE_CHARS = 1_000
"""A line of a transcript."""
ANSWER_TITLE_CHARS = 200
"""A title or a key term."""
ANSWER_SUMMARY_CHARS = 2_000
"""A summary is read in a minute, or it is none."""
ANSWER_EXPLANATION_CHARS = 20_000
"""An explanation: as long as the longest pasted text."""
ANSWER_ITEM_CHARS = 1_000
"""One side of a card, a question, an option or a definition; longer ones are dropped, not cut."""
ANSWER_MAX_ITEMS = 60
"""Cards, questions or key terms of one page, each."""
ANSWER_MAX_TOKENS = 16_384
"""The most that a model may write about a page: three dense pages with 60 items, as 4 characters a token."""
ANSWER_QUESTION_TOKENS = 4_096
"""The same about a question: eight times the longest answer that is shown, with room for thoughts."""
ANSWER_MAX_OPTIONS = 6
"""Options of a question: more do not fit on a phone's screen."""

# --- A model of the operator's own (LOCAL_AI_URL) ---------------------------------------------------
LOCAL_AI_MOST_SECONDS = 420
"""The longest timeout: it leaves three of a photo's ten minutes to read the page here after all."""
LOCAL_AI_LEAST_SECONDS = 5
"""A call is not begun with less time left: even a fast card needs some seconds for a picture."""
LOCAL_AI_PULSE_SECONDS = 20
"""How often a sign of life is given while a model thinks: often within ANALYSIS_SILENCE_SECONDS."""
LOCAL_AI_MAX_TOKENS = 8_192
"""Of an answer: a dense page's transcript and its pack take 3,000-5,000; a model that repeats itself ends."""
NEED_LOCAL_AI_MB = 12
"""Twice what was measured: 4 MB with HTTP's modules, 6 of an answer that has no end (`--only needs`)."""
ROOM_LOCAL_AI_MB = 80
"""See ROOM_DECODE_MB; 18-30 measured, with the stacks of three threads."""
