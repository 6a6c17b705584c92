"""Units of engineering, exactly: every factor is a fraction, and nothing is rounded that nobody asked to round."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from sync.errors import did_you_mean
from sync.mapping.functions.numbers import not_a_decimal, parts_of, shortest

#: By dimension, as messages call it: each unit, and how many of the first one it is; behind `+` what is to be added.
DIMENSIONS = {
    "a length": "m=1 nm=1e-9 μm=1e-6 mm=1e-3 cm=1e-2 dm=1e-1 km=1e3 in=0.0254 ft=0.3048 yd=0.9144 mi=1609.344",
    "an area": "m2=1 mm2=1e-6 cm2=1e-4 dm2=1e-2 a=1e2 ha=1e4 km2=1e6 in2=0.00064516 ft2=0.09290304",
    "a volume": "m3=1 mm3=1e-9 cm3=1e-6 dm3=1e-3 ml=1e-6 cl=1e-5 l=1e-3 hl=1e-1 in3=0.000016387064 ft3=0.028316846592",
    "a mass": "kg=1 mg=1e-6 g=1e-3 t=1e3 oz=0.028349523125 lb=0.45359237",
    "a time": "s=1 ms=1e-3 min=60 h=3600 d=86400 wk=604800",
    "a frequency": "Hz=1 kHz=1e3 MHz=1e6 1/s=1 1/min=1/60",
    "a speed": "m/s=1 mm/s=1e-3 m/min=1/60 km/h=5/18",
    "a flow": "m3/s=1 m3/h=1/3600 l/s=1e-3 l/min=1/60000 l/h=1/3600000",
    "a density": "kg/m3=1 kg/dm3=1e3 kg/l=1e3 g/cm3=1e3",
    "a force": "N=1 mN=1e-3 daN=10 kN=1e3 MN=1e6 lbf=4.4482216152605",
    "a torque": "Nm=1 Nmm=1e-3 Ncm=1e-2 kNm=1e3",
    "a pressure": "Pa=1 hPa=1e2 kPa=1e3 MPa=1e6 GPa=1e9 mbar=1e2 bar=1e5 N/m2=1 N/mm2=1e6 psi=8896443230521/1290320000",
    "an energy": "J=1 kJ=1e3 MJ=1e6 Wh=3600 kWh=3.6e6 MWh=3.6e9",
    "a power": "W=1 mW=1e-3 kW=1e3 MW=1e6 PS=735.49875 hp=745.69987158227022",
    "a voltage": "V=1 mV=1e-3 kV=1e3",
    "a current": "A=1 mA=1e-3 kA=1e3",
    "a resistance": "Ω=1 mΩ=1e-3 kΩ=1e3 MΩ=1e6",
    "a temperature": "K=1 °C=1+273.15 °F=5/9+45967/180",
}
_LONGEST = 1_000  #: characters of a number; more of them measure nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One unit: value × factor + offset gives the value in the first unit of its dimension."""

    name: str
    dimension: str
    factor: Fraction
    offset: Fraction


@cache
def _units() -> dict[str, Unit]:
    """Read the table when the first mapping names a unit."""
    found = {}
    for dimension, units in DIMENSIONS.items():
        for written in units.split():
            name, _, value = written.partition("=")
            factor, _, offset = value.partition("+")
            found[name] = Unit(name=name, dimension=dimension, factor=Fraction(factor), offset=Fraction(offset or "0"))
    return found


class BadUnit(ValueError):
    """A unit that is not known, or that does not go with another; its message says why."""

    def __init__(self, what: str, suggestion: str = "") -> None:
        super().__init__(what)
        self.suggestion = suggestion


def unit(written: str) -> Unit:
    """Give a unit by its name; raises BadUnit."""
    # So that m² is m2, ℃ is °C, and the sign for micro is the Greek letter, in whichever way a keyboard writes them.
    name = unicodedata.normalize("NFKC", written)
    if name not in _units():
        known = "the reference of the mapping language lists the units"
        raise BadUnit(f"there is no unit {written}", did_you_mean(name, _units()) or known)
    return _units()[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversion:
    """From one unit to another: value × factor + offset, both in the unit that it leads to."""

    factor: Fraction
    offset: Fraction
    places: int | None  #: of the fraction, rounded; None: exact

    @classmethod
    def between(cls, source: Unit, target: Unit, places: int | None) -> Conversion:
        """Make the conversion; raises BadUnit where there is none, or where it must round and nobody said how."""
        if source.dimension != target.dimension:
            what = f"{source.name} measures {source.dimension} and {target.name} {target.dimension}"
            alike = [unit.name for unit in _units().values() if unit.dimension == source.dimension]
            raise BadUnit(what, "one of " + ", ".join(alike))
        made = cls(
            factor=source.factor / target.factor,
            offset=(source.offset - target.offset) / target.factor,
            places=places,
        )
        if places is None and not (_finite(made.factor) and _finite(made.offset)):
            what = f"{source.name} in {target.name} has no end: it must be rounded"
            raise BadUnit(what, f"say to how many places: unit {source.name} {target.name} places 3")
        return made

    def convert(self, value: str) -> str:
        """Convert an xs:decimal and give the shortest one; raises Unreadable."""
        parts = parts_of(value)
        if parts is None or len(value) > _LONGEST:
            raise not_a_decimal()
        sign, whole, fraction = parts
        number = Fraction(int(f"{sign}{whole}{fraction}"), 10 ** len(fraction))
        return _written(number * self.factor + self.offset, self.places)


def _finite(number: Fraction) -> bool:
    return _places(number) is not None


def _places(number: Fraction) -> int | None:
    """Tell how many places a number has in decimals; None where it has no end."""
    left, counts = number.denominator, []
    for prime in (2, 5):
        counts.append(0)
        while left % prime == 0:
            left //= prime
            counts[-1] += 1
    return max(counts) if left == 1 else None


def _written(number: Fraction, places: int | None) -> str:
    """Write a number as the shortest xs:decimal; rounded half away from zero where it has to be."""
    if places is None:
        places = _places(number) or 0
    scaled = abs(number) * 10**places + Fraction(1, 2)
    digits = str(scaled.numerator // scaled.denominator).rjust(places + 1, "0")
    cut = len(digits) - places
    return shortest("-" if number < 0 else "", digits[:cut], digits[cut:])
