"""The real analysis process, but its material wants more memory than the stage has: `hungry_analysis`."""

from typing import Any

from studylens.analysis import __main__ as analysis
from studylens.analysis.material import make

MORE_THAN_THERE_IS = 2 * 2**30
_made = make.make_material


def _hungry(*given: Any, **named: Any) -> Any:
    bytearray(MORE_THAN_THERE_IS)
    return _made(*given, **named)


if __name__ == "__main__":
    make.make_material = _hungry
    analysis.main()
