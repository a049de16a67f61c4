"""The partners beside the story: one of each kind, none forgotten."""

import pytest

from suite import normalise

from . import ending, plot_carriers, scenes_carriers, verdict

# They are of the story itself.
WITHIN = {"canonical", "sandbox", "easypost"}


def test_every_adapter_is_connected():
    assert plot_carriers.BESIDE.keys() == normalise.adapters().keys() - WITHIN


def test_the_scene_can_be_played():
    assert scenes_carriers.SCENES.keys() == plot_carriers.SCENES.keys()
    assert plot_carriers.SCENES.keys() <= verdict.SCENES.keys()


@pytest.mark.parametrize("said", ["wrong_key", "unreachable", None])
def test_partner_that_does_not_accept_its_key_is_missed(said):
    report, found, mails = ending.good()
    assert verdict.missing(report, found, mails) == []
    found["connected"]["ups"] = said
    (line,) = verdict.missing(report, found, mails)
    assert "UPS" in line


def test_partner_that_is_not_connected_is_missed():
    report, found, mails = ending.good()
    del found["connected"]["gls"]
    (line,) = verdict.missing(report, found, mails)
    assert "GLS" in line
