# What Pillow 12.3 makes of image files, for decode.test.ts: `python make.py <awkward images> <hymenoptera_data>`.
#
# pillow.json: of every file that Pillow decodes the size, the mean of each channel and of grey, and 400 pixels as RGB and as
# grey, base64; pixel k is number (k * 2654435761 + 12345) mod (width * height). made.json: small files of many kinds, made
# here of a drawn picture, with all their pixels.
import base64, io, json, os, sys, warnings
import numpy as np
from PIL import Image, ImageOps

warnings.simplefilter("ignore")
here = os.path.dirname(os.path.abspath(__file__))
text = lambda array: base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def pixels(file):
    image = ImageOps.exif_transpose(Image.open(file))
    if image.mode == "I;16":  # convert() clips at 255; the upper eight bits are what a viewer shows
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return np.asarray(image.convert("RGB")), np.asarray(image.convert("L"))


def sample(path):
    rgb, grey = pixels(path)
    at = (np.arange(400, dtype=np.int64) * 2654435761 + 12345) % grey.size
    means = [*rgb.reshape(-1, 3).mean(0), grey.mean()]
    return {
        "width": grey.shape[1],
        "height": grey.shape[0],
        "mean": [round(float(value), 4) for value in means],
        "rgb": text(rgb.reshape(-1, 3)[at]),
        "grey": text(grey.reshape(-1)[at]),
    }


def folder(root, names):
    found = {}
    for name in names:
        try:
            found[name] = sample(os.path.join(root, name))
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    return found


def drawn(width=11, height=7):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([x * 23, y * 36, (x * y * 7 + 40) % 256], -1).astype(np.uint8))


def made():
    base = drawn()
    grey16 = Image.fromarray(np.asarray(base.convert("L")).astype(np.uint16) * 257)
    files = {}

    def save(name, image, **options):
        out = io.BytesIO()
        image.save(out, Image.registered_extensions()[os.path.splitext(name)[1]], **options)
        files[name] = out.getvalue()

    for turn in range(1, 9):
        exif = Image.Exif()
        exif[274] = turn
        save(f"turned{turn}.jpg", base, exif=exif, quality=90, subsampling=0)
        if turn in (5, 6):
            save(f"turned{turn}.png", base, exif=exif)
            save(f"turned{turn}.webp", base, exif=exif, lossless=True)
            save(f"turned{turn}.tif", base, exif=exif)
            save(f"turned{turn}.avif", base, exif=exif, quality=90, subsampling="4:4:4")
    save("halved.jpg", base, quality=80)
    save("progressive.jpg", base, quality=80, progressive=True)
    save("inks.jpg", base.convert("CMYK"), quality=90)
    save("inks.tif", base.convert("CMYK"))
    save("lzw.tif", base, compression="tiff_lzw")
    save("alpha.tif", base.convert("RGBA"))
    for extension in ("png", "tif", "bmp", "gif"):
        save(f"palette.{extension}", base.quantize(16))
        save(f"bits.{extension}", base.convert("1"))
        save(f"grey.{extension}", base.convert("L"))
    save("bits.pbm", base.convert("1"))
    save("grey.pgm", base.convert("L"))
    save("colour.ppm", base)
    save("interlaced.gif", base.quantize(16), interlace=1)
    save("grey-alpha.png", base.convert("LA"))
    for extension in ("png", "tif"):
        save(f"grey16.{extension}", grey16)
    expected = {}
    for name, data in files.items():
        rgb, grey = pixels(io.BytesIO(data))
        expected[name] = {"file": base64.b64encode(data).decode(), "width": grey.shape[1], "height": grey.shape[0],
                          "rgb": text(rgb), "grey": text(grey)}
    return expected


def write(name, value):
    with open(os.path.join(here, name), "w") as out:
        json.dump(value, out, indent=1)
        out.write("\n")


awkward, ants_and_bees = sys.argv[1:3]
chosen = ["train/ants/0013035.jpg", "train/ants/imageNotFound.gif", "train/bees/1092977343_cb42b38d62.jpg",
          "val/ants/10308379_1b6c72e180.jpg", "val/bees/1032546534_06907fe3b3.jpg"]
write("pillow.json", {"awkward-images": folder(awkward, sorted(os.listdir(awkward))),
                      "hymenoptera_data": folder(ants_and_bees, chosen)})
write("made.json", made())
