"""Which clock a place uses, and when a day begins and ends there.

Zone names are those of the IANA time zone database. A country, or a state of a large
country, that spans several zones has the zone where most of its people live; where no
zone is typical, nothing is said and the caller falls back on the company's.
"""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

# ISO 3166-1 alpha-2 codes, by the region in the zone's name.
_COUNTRIES = {
    "Africa": """
        AO:Luanda BF:Ouagadougou BI:Bujumbura BJ:Porto-Novo BW:Gaborone CF:Bangui
        CG:Brazzaville CI:Abidjan CM:Douala DJ:Djibouti DZ:Algiers EG:Cairo
        EH:El_Aaiun ER:Asmara ET:Addis_Ababa GA:Libreville GH:Accra GM:Banjul
        GN:Conakry GQ:Malabo GW:Bissau KE:Nairobi LR:Monrovia LS:Maseru LY:Tripoli
        MA:Casablanca ML:Bamako MR:Nouakchott MW:Blantyre MZ:Maputo NA:Windhoek
        NE:Niamey NG:Lagos RW:Kigali SD:Khartoum SL:Freetown SN:Dakar SO:Mogadishu
        SS:Juba ST:Sao_Tome SZ:Mbabane TD:Ndjamena TG:Lome TN:Tunis
        TZ:Dar_es_Salaam UG:Kampala ZA:Johannesburg ZM:Lusaka ZW:Harare
        """,
    "America": """
        AG:Antigua AI:Anguilla AR:Argentina/Buenos_Aires AW:Aruba BB:Barbados
        BL:St_Barthelemy BO:La_Paz BQ:Kralendijk BS:Nassau BZ:Belize CL:Santiago
        CO:Bogota CR:Costa_Rica CU:Havana CW:Curacao DM:Dominica DO:Santo_Domingo
        EC:Guayaquil GD:Grenada GF:Cayenne GP:Guadeloupe GT:Guatemala GY:Guyana
        HN:Tegucigalpa HT:Port-au-Prince JM:Jamaica KN:St_Kitts KY:Cayman LC:St_Lucia
        MF:Marigot MQ:Martinique MS:Montserrat NI:Managua PA:Panama PE:Lima
        PM:Miquelon PR:Puerto_Rico PY:Asuncion SR:Paramaribo SV:El_Salvador
        SX:Lower_Princes TC:Grand_Turk TT:Port_of_Spain UY:Montevideo VC:St_Vincent
        VE:Caracas VG:Tortola VI:St_Thomas
        """,
    "Asia": """
        AE:Dubai AF:Kabul AM:Yerevan AZ:Baku BD:Dhaka BH:Bahrain BN:Brunei BT:Thimphu
        CN:Shanghai CY:Nicosia GE:Tbilisi HK:Hong_Kong IL:Jerusalem IN:Kolkata
        IQ:Baghdad IR:Tehran JO:Amman JP:Tokyo KG:Bishkek KH:Phnom_Penh KP:Pyongyang
        KR:Seoul KW:Kuwait KZ:Almaty LA:Vientiane LB:Beirut LK:Colombo MM:Yangon
        MN:Ulaanbaatar MO:Macau MY:Kuala_Lumpur NP:Kathmandu OM:Muscat PH:Manila
        PK:Karachi PS:Gaza QA:Qatar SA:Riyadh SG:Singapore SY:Damascus TH:Bangkok
        TJ:Dushanbe TL:Dili TM:Ashgabat TW:Taipei UZ:Tashkent VN:Ho_Chi_Minh YE:Aden
        """,
    "Atlantic": """
        BM:Bermuda CV:Cape_Verde FK:Stanley FO:Faroe GS:South_Georgia IS:Reykjavik
        SH:St_Helena
        """,
    "Europe": """
        AD:Andorra AL:Tirane AT:Vienna AX:Mariehamn BA:Sarajevo BE:Brussels BG:Sofia
        BY:Minsk CH:Zurich CZ:Prague DE:Berlin DK:Copenhagen EE:Tallinn ES:Madrid
        FI:Helsinki FR:Paris GB:London GG:Guernsey GI:Gibraltar GR:Athens HR:Zagreb
        HU:Budapest IE:Dublin IM:Isle_of_Man IT:Rome JE:Jersey LI:Vaduz LT:Vilnius
        LU:Luxembourg LV:Riga MC:Monaco MD:Chisinau ME:Podgorica MK:Skopje MT:Malta
        NL:Amsterdam NO:Oslo PL:Warsaw PT:Lisbon RO:Bucharest RS:Belgrade SE:Stockholm
        SI:Ljubljana SK:Bratislava SM:San_Marino TR:Istanbul UA:Kyiv VA:Vatican
        """,
    "Indian": """
        CC:Cocos CX:Christmas IO:Chagos KM:Comoro MG:Antananarivo MU:Mauritius
        MV:Maldives RE:Reunion SC:Mahe TF:Kerguelen YT:Mayotte
        """,
    "Pacific": """
        AS:Pago_Pago CK:Rarotonga FJ:Fiji GU:Guam MH:Majuro MP:Saipan NC:Noumea
        NF:Norfolk NR:Nauru NU:Niue NZ:Auckland PG:Port_Moresby PN:Pitcairn PW:Palau
        SB:Guadalcanal TK:Fakaofo TO:Tongatapu TV:Funafuti VU:Efate WF:Wallis WS:Apia
        """,
}

# ISO 3166-2 codes without the country: states whose clock differs from the country's,
# or, where the country has none above, every state.
_STATES = {
    "AU": {
        "Australia/Adelaide": "SA",
        "Australia/Brisbane": "QLD",
        "Australia/Darwin": "NT",
        "Australia/Hobart": "TAS",
        "Australia/Melbourne": "VIC",
        "Australia/Perth": "WA",
        "Australia/Sydney": "ACT NSW",
    },
    "BR": {
        "America/Araguaina": "TO",
        "America/Bahia": "BA",
        "America/Belem": "AP PA",
        "America/Boa_Vista": "RR",
        "America/Campo_Grande": "MS",
        "America/Cuiaba": "MT",
        "America/Fortaleza": "CE MA PB PI RN",
        "America/Maceio": "AL SE",
        "America/Manaus": "AM",
        "America/Porto_Velho": "RO",
        "America/Recife": "PE",
        "America/Rio_Branco": "AC",
        "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP",
    },
    "CA": {
        "America/Edmonton": "AB NT",
        "America/Halifax": "NS PE",
        "America/Iqaluit": "NU",
        "America/Moncton": "NB",
        "America/Regina": "SK",
        "America/St_Johns": "NL",
        "America/Toronto": "ON QC",
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
        "America/Winnipeg": "MB",
    },
    "CL": {"America/Punta_Arenas": "MA"},
    "EC": {"Pacific/Galapagos": "W"},
    "ES": {"Atlantic/Canary": "GC TF CN"},
    "ID": {
        "Asia/Jakarta": "AC BB BE BT JA JB JI JK JT KR LA RI SB SS SU YO",
        "Asia/Jayapura": "MA MU PA PB PD PE PS PT",
        "Asia/Makassar": "BA GO KI KS KU NB NT SA SG SN SR ST",
        "Asia/Pontianak": "KB KT",
    },
    "MN": {"Asia/Hovd": "043 046 071"},
    "MX": {
        "America/Cancun": "ROO",
        "America/Chihuahua": "CHH",
        "America/Hermosillo": "SON",
        "America/Mazatlan": "BCS NAY SIN",
        "America/Merida": "CAM YUC",
        "America/Mexico_City": (
            "AGU CHP CMX COL GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER"
            " ZAC"
        ),
        "America/Monterrey": "COA DUR NLE TAM",
        "America/Tijuana": "BCN",
    },
    "NZ": {"Pacific/Chatham": "CIT"},
    "PG": {"Pacific/Bougainville": "NSB"},
    "PT": {"Atlantic/Azores": "20"},
    "US": {
        "America/Anchorage": "AK",
        "America/Boise": "ID",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "CO MT NM UT WY",
        "America/Detroit": "MI",
        "America/Indiana/Indianapolis": "IN",
        "America/Los_Angeles": "CA NV OR WA",
        "America/New_York": (
            "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"
        ),
        "America/Phoenix": "AZ",
        "America/Puerto_Rico": "PR",
        "America/St_Thomas": "VI",
        "Pacific/Guam": "GU",
        "Pacific/Honolulu": "HI",
        "Pacific/Pago_Pago": "AS",
        "Pacific/Saipan": "MP",
    },
}

COUNTRY_ZONES = MappingProxyType(
    {
        code: f"{region}/{city}"
        for region, pairs in _COUNTRIES.items()
        for code, city in (pair.split(":") for pair in pairs.split())
    }
)

STATE_ZONES = MappingProxyType(
    {
        (country, state): zone
        for country, zones in _STATES.items()
        for zone, states in zones.items()
        for state in states.split()
    }
)


def zone_of(location):
    """Return the zone in which a place keeps its time.

    :param Mapping[str, str] location: Uses the keys `country` (two letters) and `state`
        (its code, with or without the country in front).
    :return: An IANA zone name, or None when the place does not say enough.
    :rtype: str | None
    """
    country = (location.get("country") or "").strip().upper()
    state = (location.get("state") or "").strip().upper().removeprefix(f"{country}-")
    return STATE_ZONES.get((country, state)) or COUNTRY_ZONES.get(country)


@lru_cache(maxsize=1024)
def known_zone(name):
    """Return the rules of a zone.

    :param str | None name: An IANA zone name.
    :return: None when this machine's database does not have the zone.
    :rtype: ZoneInfo | None
    """
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


@lru_cache(maxsize=8192)
def day_bounds(day, clock):
    """Return when a local day begins and when the next one does.

    :param date day: The day as the people at the place write it.
    :param int | str clock: Minutes east of UTC, or a zone that `known_zone` knows.
    :return: Both ends in naive UTC; the second one no longer belongs to the day.
    :rtype: tuple[datetime, datetime]
    """
    if isinstance(clock, int):
        tzinfo = timezone(timedelta(minutes=clock))
    else:
        tzinfo = known_zone(clock)
    return _to_utc(day, tzinfo), _to_utc(_next_day(day), tzinfo)


def utc_of(local, zone):
    """Translate the reading of a wall clock.

    In the hour that an autumn night repeats, the first pass is meant; in the hour that
    a spring night leaves out, the clock is read as if it had not been changed yet.

    :param datetime local: A naive local time.
    :param str zone: A zone that `known_zone` knows.
    :return: The instant in naive UTC, and whether the reading names just one instant.
    :rtype: tuple[datetime, bool]
    """
    tzinfo = known_zone(zone)
    first, second = (
        local.replace(tzinfo=tzinfo, fold=fold).astimezone(timezone.utc)
        for fold in (0, 1)
    )
    return first.replace(tzinfo=None), first == second


def _next_day(day):
    return day + timedelta(days=1) if day < date.max else day


def _to_utc(day, tzinfo):
    try:
        midnight = datetime.combine(day, time(), tzinfo=tzinfo)
        return midnight.astimezone(timezone.utc).replace(tzinfo=None)
    except OverflowError:  # The first and the last day of the calendar.
        return datetime.combine(day, time())
