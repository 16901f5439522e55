#!/usr/bin/env python3
"""Makes every icon size from the SVG sources beside it. Needs rsvg-convert (librsvg) and Pillow."""

import io
import subprocess
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
# Below this many pixels the detailed drawing blurs, so the simple one is used.
DETAIL_FROM = 48


def render(source: str, size: int) -> Image.Image:
    png = subprocess.run(
        ["rsvg-convert", "--width", str(size), "--height", str(size), str(HERE / source)],
        check=True,
        capture_output=True,
    ).stdout
    return Image.open(io.BytesIO(png)).convert("RGBA")


def app_icon(size: int) -> Image.Image:
    return render("icon.svg" if size >= DETAIL_FROM else "icon-small.svg", size)


def main() -> None:
    for name, size in {"32x32": 32, "128x128": 128, "128x128@2x": 256, "icon": 512}.items():
        app_icon(size).save(HERE / f"{name}.png", optimize=True)

    ico = [app_icon(size) for size in (256, 128, 64, 48, 32, 24, 16)]
    ico[0].save(HERE / "icon.ico", sizes=[image.size for image in ico], append_images=ico[1:])

    icns = [app_icon(size) for size in (1024, 512, 256, 128, 64, 32, 16)]
    icns[0].save(HERE / "icon.icns", append_images=icns[1:])

    for state in ("open", "closed"):
        render(f"tray-{state}.svg", 32).save(HERE / f"tray-{state}.png", optimize=True)
        render(f"tray-{state}.svg", 64).save(HERE / f"tray-{state}@2x.png", optimize=True)


if __name__ == "__main__":
    main()
