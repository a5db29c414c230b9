"""What the settings come to, one by one: the database, the catalogue, the phones, the people.

Part of the composition root: besides `bootstrap`, this alone names concrete classes.
"""

from contextlib import suppress

from console.people import People, people
from console.services import Centre, PhoneNetwork, Registrar, Web
from controller import provisioning
from controller.adapters.db.audit import SqlAudit
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.customers import SqlCustomers
from controller.adapters.db.store import SqlStore
from controller.adapters.esl.link import SwitchLink
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.config import Config
from controller.desk.arrivals import Arrivals
from controller.desk.customers import CustomerDesk
from controller.desk.identities import Identities
from controller.domain.catalogue import AgentProfile
from controller.engine import Engine
from controller.errors import CommandRefused, Invalid
from controller.lab.switch import LabSwitch
from controller.ports import Catalogue, Clock, Store
from controller.provisioning.keeping import DirectoryKeeper


def open_store(config: Config) -> Store:
    """The database alone, for reports; creates nothing. Raises Invalid when there is none."""
    if config.database is None and not (config.data / "tandem.db").exists():
        raise Invalid(
            f"no database in {config.data}; name the folder that `tandem serve --data` uses"
        )
    return SqlStore(config.database_url)


def open_catalogue(config: Config) -> Catalogue:
    """What admins set up, for `tandem fs render`; empty when there is no database yet."""
    if config.database is None and not (config.data / "tandem.db").exists():
        return MemoryCatalogue()
    return SqlCatalogue(SqlStore(config.database_url).database, MemoryCatalogue())


def directory_entries(catalogue: Catalogue) -> list[provisioning.DirectoryEntry]:
    """The agents' phones, as the switch's directory wants them."""
    return [
        provisioning.DirectoryEntry(
            extension=profile.extension, a1_hash=profile.a1_hash, name=profile.name
        )
        for profile in catalogue.all(AgentProfile)
        if profile.enabled and profile.a1_hash is not None
    ]


def phone_network(config: Config, fs: provisioning.FsSettings) -> PhoneNetwork:
    """What phones are told, as far as the settings know it."""
    domain, said = config.switch.domain, config.switch.phone_url
    if config.switch.kind == "lab":
        return PhoneNetwork(domain=domain, url=said, lab=True)
    host = str(fs.external_sip_ip or fs.agents_bind.ip)
    ports = {"udp": fs.agents_bind.port, "tcp": fs.agents_bind.port}
    if fs.tls.enabled:
        ports["tls"] = fs.tls.agents_port
    browsers = [("wss", fs.wss_bind), ("ws", fs.ws_bind)]
    url = said or next((f"{kind}://{bound}" for kind, bound in browsers if bound), None)
    return PhoneNetwork(
        domain=domain,
        registrars=tuple(
            Registrar(transport=transport, host=host, port=port)
            for transport, port in ports.items()
        ),
        codecs=fs.codecs,
        url=url,
        # A phone that says wss at a plain socket is not answered: FreeSWITCH looks at its Via.
        transport="wss" if fs.wss_bind and url and url.startswith("wss:") else "ws",
    )


def start_lab(config: Config) -> LabSwitch | None:
    if config.switch.kind != "lab":
        return None
    lab = LabSwitch()
    lab.start()
    return lab


def esl_password(config: Config) -> str:
    if config.switch.password is not None:
        return config.switch.password.get_secret_value()
    if config.switch.conf_dir is not None:
        return provisioning.esl_password(config.switch.conf_dir)
    raise Invalid(
        "no event socket password: set switch.conf_dir to the folder that `tandem fs render` "
        "wrote, or switch.password"
    )


def people_of(config: Config, store: SqlStore, catalogue: Catalogue, clock: Clock) -> People:
    """Who signs in, with what is kept of it."""
    return people(
        catalogue,
        SqlAudit(store.database),
        clock,
        longest_s=config.http.session_hours * 3600.0,
        kept_s=None if config.audit_days is None else config.audit_days * 86_400.0,
    )


def customers_of(config: Config, store: SqlStore, engine: Engine, clock: Clock) -> CustomerDesk:
    """Who calls, writes and chats."""
    customers, identities = SqlCustomers(store.database), Identities(config.phone_region)
    return CustomerDesk(
        customers=customers,
        arrivals=Arrivals(customers=customers, past=store, identities=identities),
        identities=identities,
        clock=clock,
        interaction=lambda key: engine.find(key) or store.interaction(key),
    )


def web_of(config: Config) -> Web:
    return Web(
        secure_cookies=config.http.secure_cookies,
        trusted_proxies=config.http.trusted_proxies,
        metrics_public=config.http.metrics_public,
    )


def centre_of(config: Config) -> Centre:
    return Centre(name=config.name, timezone=config.timezone)


def keeper_of(
    config: Config, fs: provisioning.FsSettings, link: SwitchLink, catalogue: Catalogue
) -> DirectoryKeeper | None:
    """Renders the phones' directory anew when agents change, where we know its folder."""
    folder = config.switch.conf_dir
    if config.switch.kind == "lab" or folder is None:
        return None

    def reload() -> None:
        link.api("reloadxml")

    def forget(extension: str) -> None:
        with suppress(CommandRefused):  # nothing was registered as it
            link.api(f"sofia profile agents flush_inbound_reg {extension}@{fs.domain}")

    keeper = DirectoryKeeper(
        settings=fs,
        entries=lambda: directory_entries(catalogue),
        out=folder,
        reload=reload,
        forget=forget,
    )

    def on_change(kind: str, entry_id: str) -> None:
        if kind == "agent":
            keeper.changed()

    catalogue.subscribe(on_change)
    return keeper
