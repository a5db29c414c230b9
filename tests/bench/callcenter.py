"""FreeSWITCH's own mod_callcenter beside our dialplan: one queue of the same phones."""

from collections.abc import Sequence

from tests.live.freeswitch import FreeSwitch

_CONFIGURATION = """\
<configuration name="callcenter.conf" description="One queue">
  <settings/>
  <queues>
    <queue name="bench@default">
      <param name="strategy" value="longest-idle-agent"/>
      <param name="moh-sound" value="local_stream://moh"/>
      <param name="time-base-score" value="system"/>
      <param name="max-wait-time" value="0"/>
      <param name="max-wait-time-with-no-agent" value="0"/>
      <param name="tier-rules-apply" value="false"/>
      <param name="discard-abandoned-after" value="60"/>
      <param name="abandoned-resume-allowed" value="false"/>
    </queue>
  </queues>
  <agents>
{agents}
  </agents>
  <tiers>
{tiers}
  </tiers>
</configuration>
"""
_AGENT = (
    '    <agent name="{0}" type="callback" contact="[leg_timeout=30]sofia/agents/{0}%tandem" '
    'status="Available" max-no-answer="0" wrap-up-time="0" reject-delay-time="0" '
    'busy-delay-time="0" no-answer-delay-time="0"/>'
)
_TIER = '    <tier agent="{0}" queue="bench@default" level="1" position="1"/>'

_EXTENSION = """\
    <extension name="callcenter">
      <condition field="destination_number" expression="^{did}$">
        <action application="answer"/>
        <action application="callcenter" data="bench@default"/>
      </condition>
    </extension>
"""


def add_callcenter(switch: FreeSwitch, did: str, extensions: Sequence[str]) -> None:
    """Write it into the configuration of a switch that runs; `load_callcenter` sets it to work."""
    agents = "\n".join(_AGENT.format(extension) for extension in extensions)
    tiers = "\n".join(_TIER.format(extension) for extension in extensions)
    file = switch.conf / "autoload_configs" / "callcenter.conf.xml"
    file.write_text(_CONFIGURATION.format(agents=agents, tiers=tiers))
    dialplan = switch.conf / "dialplan" / "tandem-carrier.xml"
    head, mark, rest = dialplan.read_text().partition('<context name="tandem-carrier">\n')
    assert mark, dialplan
    dialplan.write_text(head + mark + _EXTENSION.format(did=did) + rest)


def load_callcenter(switch: FreeSwitch) -> None:
    with switch.probe() as probe:
        probe.api("reloadxml")
        said = probe.api("load mod_callcenter")
        assert "+OK" in said, said
