"""What people type into the dialogs that many buttons share."""

WHY = "Because"


def about(deed, name):
    """Return what is typed into the dialog that asks for a reason."""
    return lambda stage: {"deed": deed, "res_ids": stage[name].ids, "reason": WHY}


def ahead(deed, name):
    """Return what is typed into the dialog that says what follows."""
    return lambda stage: {"deed": deed, "res_ids": stage[name].ids}


def company_of(stage, **more):
    """Return what is typed into a dialog about a company."""
    return {"company_id": stage["policy"].company_id.id} | more
