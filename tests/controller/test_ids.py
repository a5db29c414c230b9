"""Ids of legs: what the connections for commands know them by, and never the same."""

from controller.ids import LEG_ID, new_id, new_leg_id


def test_a_leg_is_found_in_a_command_whoever_made_its_id():
    for leg in (new_id(), new_leg_id()):
        for command in (
            f"originate {{origination_uuid={leg},tandem_role=agent}}sofia/agents/1001%x.example &park",
            f"uuid_bridge {leg} {new_leg_id()}",
            f"sendmsg {leg}",
            f"sched_transfer +60 {leg} fallback XML tandem-fallback",
        ):
            found = LEG_ID.search(command)
            assert found is not None and found[0] == leg


def test_ids_of_legs_are_short_and_differ():
    legs = {new_leg_id() for _ in range(10_000)}
    assert len(legs) == 10_000
    assert {len(leg) for leg in legs} == {14}
    assert set("".join(legs)) == set("0123456789abcdefghijklmnopqrstuv")
