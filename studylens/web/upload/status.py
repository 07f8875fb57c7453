"""Jobs and batches as JSON, in the shape of docs/api.md."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from studylens.jobs.turns.place import place_in_queue
from studylens.language import said
from studylens.models import CUTOUT, DOCUMENT, DONE, LIVE_STATES, SHEETS, Batch, Document, Job
from studylens.study.packs.store import pack_json
from studylens.web.upload.identified import told_json, told_of
from studylens.web.upload.waiting import pack_of


def job_json(session: Session, job: Job) -> dict[str, Any]:
    """Return everything about one job; `error`, `pack_url` and `pack` are null until there is one."""
    pack = pack_of(session, job)
    return _cutout(job) | {
        "id": job.id,
        "state": job.state,
        "stage": job.stage,
        "position": place_in_queue(session, job),
        "stages": [_stage(stage) for stage in job.stages],
        "error": _error(job),
        "pack_url": url_for("packs.show_pack", pack_id=pack.id) if pack else None,
        "pack": pack_json(pack) if pack else None,
        **_identified(session, job),
        **_sheets(job),
    }


def _cutout(job: Job) -> dict[str, Any]:
    """Return where the picture of a job is that cut something out; nothing for any other job."""
    if job.kind != CUTOUT:
        return {}
    done = job.state == DONE
    return {"picture_url": url_for("cutout_api.show_picture", cutout_id=job.id) if done else None}


def _sheets(job: Job) -> dict[str, Any]:
    """Return where the sheets are that a job makes; nothing for any other job."""
    return {"sheets_url": url_for("sheets.show", batch_id=job.id)} if job.kind == SHEETS else {}


def batch_json(session: Session, batch: Batch) -> dict[str, Any]:
    """Return the batch's id and its jobs; each with its pack or its error, once it has one."""
    return {"batch": batch.id, "jobs": [_summary(session, job) for job in batch.jobs]}


def has_ended(batch: Batch) -> bool:
    """Say whether all jobs of the batch have ended, and its packs are joined if they shall be."""
    return not batch.joining and all(job.state not in LIVE_STATES for job in batch.jobs)


def _summary(session: Session, job: Job) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "id": job.id,
        "state": job.state,
        "status_url": url_for("jobs.show_job", job_id=job.id),
    }
    pack = pack_of(session, job)
    if pack is not None:
        summary["pack"] = pack_json(pack)
    document = session.get(Document, job.id) if job.kind == DOCUMENT else None
    if document is not None and document.closed_at is None:
        summary["document"] = url_for("documents.show", document_id=document.id)
    if job.error_code:
        summary["error"] = _error(job)
    return summary | _identified(session, job)


def _identified(session: Session, job: Job) -> dict[str, Any]:
    """Return what the guest's sets say of the photo; nothing where no set was asked."""
    if job.identified is None:
        return {}
    return {"identified": [told_json(told) for told in told_of(session, job)]}


def _stage(stage: Any) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "rss_mb": stage.rss_mb,
        "service_mb": stage.service_mb,
        "at": stage.at.isoformat(),
    }


def _error(job: Job) -> dict[str, str] | None:
    return {"code": job.error_code, "message": said(job.error_message or "")} if job.error_code else None
