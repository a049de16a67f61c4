"""The scene about the partners beside the story."""

from . import plot_carriers


def connected(scene):
    """Each partner is called with what was pasted, by the button of its connection."""
    integration = scene.stage.integration
    for code, identifier in sorted(scene.stage.conf["connected"].items()):
        answer = integration.do(
            "logistics.connection", "action_test_connection", [identifier]
        )["params"]
        scene.tell(f"{plot_carriers.BESIDE[code]}: {answer['message']}")
        scene.expect(
            f"{plot_carriers.BESIDE[code]} accepts its key: {answer['message']}",
            answer["type"] == "success",
        )
    scene.note(f"{len(scene.told)} partners connected")


SCENES = {plot_carriers.KEY: connected}
