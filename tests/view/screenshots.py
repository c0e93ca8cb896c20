#!/usr/bin/env python3
"""The pages of the five cases as a browser draws them, on a desk and on a telephone, in grey.

    tests/view/screenshots.py PARANEO [--update]

The marks and words must stand where they stood when somebody last looked; how an edge is smoothed, or a letter hinted, is the
browser's own and counts for nothing: what is compared is the mean ink of windows of 7 by 7 pixels. --update writes those of today: look
at them before you commit them.
"""
import io
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
SIZES = {"desk": (1280, 1700), "telephone": (480, 1700)}
FONT = "DejaVu Sans"  # what Helvetica is where only this one is installed
WINDOW = 7  # pixels
WINDOW_DIFFERENCE_MAX = 40  # of 255; a mark or a word that is not there makes more
MEAN_DIFFERENCE_MAX = 1.5


def font():
    if shutil.which("fc-match") is None:
        return "unknown"
    return subprocess.run(["fc-match", "-f", "%{family}", "Helvetica"], capture_output=True, text=True, check=True).stdout


def drawn(browser, page, size):
    from PIL import Image
    with tempfile.TemporaryDirectory() as folder:
        picture = pathlib.Path(folder) / "page.png"
        subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
                        f"--user-data-dir={folder}/profile", f"--window-size={size[0]},{size[1]}", f"--screenshot={picture}", page.as_uri()],
                       capture_output=True, check=True, timeout=120)
        return Image.open(io.BytesIO(picture.read_bytes())).convert("L")


def difference(one, other):
    """The largest of a window, and the mean of all; None where the sizes differ."""
    from PIL import ImageChops, ImageFilter
    if one.size != other.size:
        return None
    differences = ImageChops.difference(*(each.filter(ImageFilter.BoxBlur((WINDOW - 1) / 2)) for each in (one, other)))
    count = one.size[0] * one.size[1]
    return differences.getextrema()[1], sum(value * times for value, times in enumerate(differences.histogram())) / count


def main():
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from PIL import Image
    except ImportError:
        browser = None
    if browser is None:
        print("SKIPPED: chromium or python3-pil is not there; no page was looked at")
        return SKIPPED
    if font() != FONT:
        print(f"SKIPPED: the pages were looked at in {FONT}, and here they would be in {font()}; install fonts-dejavu-core alone")
        return SKIPPED
    failed = 0
    records = sorted((HERE.parent / "records").glob("seed-*.json"))
    assert records, "there are no records"
    with tempfile.TemporaryDirectory() as folder:
        for record in records:
            page = pathlib.Path(folder) / (record.stem + ".html")
            subprocess.run([sys.argv[1], "view", str(record), "-o", str(page)], check=True, capture_output=True)
            for name, size in SIZES.items():
                golden = HERE / "screenshots" / f"{record.stem}-{name}.png"
                made = drawn(browser, page, size)
                if "--update" in sys.argv:
                    made.quantize(16).save(golden, optimize=True)
                    continue
                apart = difference(made, Image.open(golden).convert("L")) if golden.exists() else None
                if apart is None or apart[0] > WINDOW_DIFFERENCE_MAX or apart[1] > MEAN_DIFFERENCE_MAX:
                    print(f"{golden.name} differs (largest and mean: {apart}): run with --update, and look at it")
                    failed += 1
                else:
                    print(f"ok: {golden.name}, largest difference of a window {apart[0]}, mean {apart[1]:.3f}")
    return 1 if failed else 0


sys.exit(main())
