"""Every way in which a request, a job or an engine can fail, named for the student's situation.

tree        what all of them have; an error for its code
refusals, outages       the request is at fault; we are, and the same one works later
accounts                names, passwords, passkeys and codes that are refused
jobs, engines           a job without its result; one engine of several that gave nothing

StudylensError                  status, code, one kind sentence
├── Refused                     the request is at fault; nothing was kept
│   ├── NoFile                  400 no_file
│   ├── TooManyFiles            400 too_many_files
│   ├── BadText                 400 bad_text
│   │   └── PackFull            400 pack_full
│   ├── BadLines                400 bad_lines
│   ├── BadForm                 400 bad_request
│   ├── UnknownToken            401 unknown_token
│   ├── CrossSite               403 cross_site
│   ├── StaleForm               403 stale_form
│   ├── ScopeMissing            403 scope_missing
│   ├── NotTakingPart           403 not_taking_part
│   ├── NotFound                404 not_found
│   ├── Stale                   409 stale
│   ├── TooLate                 409 too_late
│   ├── CardAway                410 card_away
│   ├── SlowBody                408 slow_body
│   ├── TooLarge                413 too_large
│   ├── VersionMissing          428 version_missing
│   ├── TooFast                 429 too_fast      (Retry-After)
│   ├── UnsupportedType         415 unsupported_type
│   ├── Unreadable              422 unreadable
│   ├── BadFile                 422 bad_file
│   ├── WrongCode               422 wrong_code
│   ├── TooManyPixels           422 too_many_pixels
│   ├── NoRoom                  507 no_room
│   ├── BadName                 422 bad_name
│   ├── BadPassword             422 bad_password
│   ├── WrongSignIn             422 wrong_sign_in
│   ├── WrongInvite             422 wrong_invite
│   ├── WrongLink               422 wrong_link
│   ├── WrongPasskey            422 wrong_passkey
│   │   └── UsedUp              422 wrong_passkey (an answer that was sent before)
│   ├── NoAccount               403 no_account
│   ├── ProveFirst              403 prove_first
│   ├── SignUpClosed            403 sign_up_closed
│   ├── NameTaken               409 name_taken
│   ├── HasAccount              409 has_account
│   ├── LastWayIn               409 last_way_in
│   └── QuotaReached            429 quota         (Retry-After)
├── Unavailable                 we are at fault; the same request works later (Retry-After)
│   ├── Busy                    503 busy
│   ├── BeingJoined             503 joining
│   ├── StillMoving             503 moving
│   ├── DiskFull                507 disk_full
│   ├── DiskReadOnly            503 disk_read_only
│   ├── BucketDown              503 bucket
│   ├── MailDown                503 mail_down
│   └── DatabaseDown            503 database
│       ├── DatabaseGone        503 database_gone
│       ├── DatabaseUnwritable  503 database_unwritable
│       ├── ConnectionLost      503 database      (a read is tried again)
│       └── TablesUnfit         503 database
└── JobFailed                   a job that was accepted and did not end in a pack
    ├── OutOfMemory             503 out_of_memory
    ├── UploadLost              503 upload_lost
    ├── TookTooLong             503 took_too_long
    ├── AnalysisCrashed         503 crashed
    ├── NothingFound            422 nothing_found
    ├── NothingTaught           422 nothing_taught
    ├── BadDocument             422 bad_document
    ├── BadBox                  422 bad_box
    ├── NothingCut              422 nothing_cut
    └── Cancelled               409 cancelled

EngineFailed                    one engine (gemini, ocr, blip) gave nothing; the others go on
└── EngineSkipped               it was not even tried, by name: no key, private, no model, pressure
"""

from studylens.errors.accounts import (
    BadName,
    BadPassword,
    HasAccount,
    LastWayIn,
    NameTaken,
    NoAccount,
    ProveFirst,
    SignUpClosed,
    UsedUp,
    WrongInvite,
    WrongLink,
    WrongPasskey,
    WrongSignIn,
)
from studylens.errors.engines import EngineFailed, EngineSkipped
from studylens.errors.jobs import (
    AnalysisCrashed,
    BadBox,
    BadDocument,
    Cancelled,
    JobFailed,
    NothingCut,
    NothingFound,
    NothingTaught,
    OutOfMemory,
    TookTooLong,
    UploadLost,
)
from studylens.errors.outages import (
    BeingJoined,
    BucketDown,
    Busy,
    ConnectionLost,
    DatabaseDown,
    DatabaseGone,
    DatabaseUnwritable,
    DiskFull,
    DiskReadOnly,
    MailDown,
    StillMoving,
    TablesUnfit,
    Unavailable,
    disk_refusal,
)
from studylens.errors.refusals import (
    BadFile,
    BadForm,
    BadLines,
    BadText,
    CardAway,
    CrossSite,
    NoFile,
    NoRoom,
    NotFound,
    NotTakingPart,
    PackFull,
    QuotaReached,
    Refused,
    ScopeMissing,
    SlowBody,
    Stale,
    StaleForm,
    TooFast,
    TooLarge,
    TooLate,
    TooManyFiles,
    TooManyPixels,
    UnknownToken,
    Unreadable,
    UnsupportedType,
    VersionMissing,
    WrongCode,
)
from studylens.errors.tree import StudylensError, error_for_code

__all__ = [
    "AnalysisCrashed",
    "BadBox",
    "BadDocument",
    "BadFile",
    "BadForm",
    "BadLines",
    "BadName",
    "BadPassword",
    "BadText",
    "BeingJoined",
    "BucketDown",
    "Busy",
    "Cancelled",
    "CardAway",
    "ConnectionLost",
    "CrossSite",
    "DatabaseDown",
    "DatabaseGone",
    "DatabaseUnwritable",
    "DiskFull",
    "DiskReadOnly",
    "EngineFailed",
    "EngineSkipped",
    "HasAccount",
    "JobFailed",
    "LastWayIn",
    "MailDown",
    "NameTaken",
    "NoAccount",
    "NoFile",
    "NoRoom",
    "NotFound",
    "NotTakingPart",
    "NothingCut",
    "NothingFound",
    "NothingTaught",
    "OutOfMemory",
    "PackFull",
    "ProveFirst",
    "QuotaReached",
    "Refused",
    "ScopeMissing",
    "SignUpClosed",
    "SlowBody",
    "Stale",
    "StaleForm",
    "StillMoving",
    "StudylensError",
    "TablesUnfit",
    "TooFast",
    "TooLarge",
    "TooLate",
    "TooManyFiles",
    "TooManyPixels",
    "TookTooLong",
    "Unavailable",
    "UnknownToken",
    "Unreadable",
    "UnsupportedType",
    "UploadLost",
    "UsedUp",
    "VersionMissing",
    "WrongCode",
    "WrongInvite",
    "WrongLink",
    "WrongPasskey",
    "WrongSignIn",
    "disk_refusal",
    "error_for_code",
]
