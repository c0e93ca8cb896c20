"""Clocks of servers that are wrong, jump, and go back."""
import datetime

from kit import Server, case

HOUR = 3600


class Clocked(Server):
    """Its times are those of its Date header."""

    def put(self, resource, **meta):
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.clock_lead_s)
        return super().put(resource, **{"lastUpdated": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), **meta})


def pull(place, server, number, *arguments):
    ran = place.run("pull", "--server", server.base, "--query", "Condition", "--since", "auto", "--state", "state.json", "-o", f"{number}.ndjson",
                    "--no-progress", *arguments)
    ran.got = [line.split('"id":"')[1].split('"')[0] for line in (place.read(f"{number}.ndjson") or "").splitlines()]
    return ran


def condition(name):
    return {"resourceType": "Condition", "id": name, "code": {"text": name}}


@case
def a_clock_that_was_set_back(place):
    """By two hours: what is written from then on has times that the last pull seems to have passed."""
    for lead, back in ((0, 2 * HOUR), (2 * HOUR, 2 * HOUR), (0, 30 * 24 * HOUR)):
        (place.folder / "state.json").unlink(missing_ok=True)
        server = place.serve(Clocked())
        server.clock_lead_s = lead
        server.put(condition("a"))
        pull(place, server, f"{lead}-{back}-1")
        server.clock_lead_s = lead - back
        server.put(condition("b"))
        ran = pull(place, server, f"{lead}-{back}-2")
        place.check(ran.code == 0 and "b" in ran.got, f"{lead}-{back}: what was written since is not found")
        place.check("set back" in ran.messages and "everything" not in ran.messages, f"{lead}-{back}: nothing is said, or all is read")
        server.put(condition("c"))
        ran = pull(place, server, f"{lead}-{back}-3")
        place.check(ran.code == 0 and "c" in ran.got, f"{lead}-{back}: the pull after that one finds nothing")
        place.check("set back" not in ran.messages, f"{lead}-{back}: said again")


@case
def a_clock_that_is_wrong_all_the_time(place):
    for lead in (-5 * HOUR, 5 * HOUR):
        (place.folder / "state.json").unlink(missing_ok=True)
        server = place.serve(Clocked())
        server.clock_lead_s = lead
        for number, name in enumerate("abc"):
            server.put(condition(name))
            ran = pull(place, server, f"{lead}-{number}")
            place.check(ran.code == 0 and ran.got == [name] and "set back" not in ran.messages, f"{lead}: pull {number}")


@case
def a_gateway_whose_clock_is_another(place):
    """Date is the gateway's, ahead or behind; what is written is the server's."""
    for lead in (-3 * HOUR, 3 * HOUR):
        (place.folder / "state.json").unlink(missing_ok=True)
        server = place.serve(Server())
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        server.clock_lead_s = lead
        for number, name in enumerate("abc"):
            server.put(condition(name), lastUpdated=now)
            ran = pull(place, server, f"{lead}-{number}")
            place.check(ran.code == 0 and name in ran.got, f"{lead}: pull {number}")


@case
def times_in_another_zone(place):
    """lastUpdated with an offset, and without a fraction."""
    server = place.serve(Server())
    zone = datetime.timezone(datetime.timedelta(hours=14))
    for number, name in enumerate("abc"):
        server.put(condition(name), lastUpdated=datetime.datetime.now(zone).isoformat(timespec="seconds" if number % 2 else "milliseconds"))
        ran = pull(place, server, number)
        place.check(ran.code == 0 and ran.got == [name], f"pull {number}")
