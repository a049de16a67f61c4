"""The demo tells all that is played, in one sentence each: without a database."""

from . import demo_stories, plot, plot_carriers, plot_returns, verdict


def test_every_scene_is_told():
    # But for the one that is about no order.
    told = verdict.SCENES.keys() - plot_carriers.SCENES.keys()
    assert demo_stories.TOLD.keys() == told


def test_each_is_told_in_one_sentence_and_compared_in_one():
    for scene, sentences in demo_stories.TOLD.items():
        assert len(sentences) == 2, scene
        for sentence in sentences:
            assert sentence.endswith("."), scene
            assert ". " not in sentence, scene


def test_the_orders_of_a_scene_belong_to_one_company():
    for scene, _title, plans in demo_stories._scenes(
        verdict.ORDERS, plot.SCENES | plot_returns.SCENES
    ):
        assert len({plan.company for plan in plans}) == 1, scene
