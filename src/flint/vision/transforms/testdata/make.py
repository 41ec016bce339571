"""Writes torchvision.json: what torchvision 0.28 (v2, on tensors) makes of small images with fixed parameters.

Each case is a step as plain data, the sample's index, what the step is to draw for it, and the image after it. The
parameters of random steps are those that the draws of seed 0, epoch 0 give.
"""
import base64
import json
import math
from pathlib import Path

import torch
from torchvision import tv_tensors
from torchvision.transforms import InterpolationMode as I
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F


def image(channels, height, width, pattern=90):
    c, y, x = torch.meshgrid(torch.arange(channels), torch.arange(height), torch.arange(width), indexing="ij")
    return ((x * 9 + y * 5 + c * 40 + ((x // 3 + y // 4) % 2) * pattern) % 256).to(torch.uint8)


RGB, GREY, WIDE = (3, 12, 10), (1, 14, 14), (3, 11, 26)
modes = {"nearest": I.NEAREST, "bilinear": I.BILINEAR, "bicubic": I.BICUBIC}
cases = []


def add(step, size, result, drawn=None, index=0, exact=False):
    values = result.contiguous()
    case = {"step": step, "size": list(size), "index": index, "drawn": drawn or {}, "exact": exact}
    case["shape"] = list(values.shape)
    case["pixels"] = base64.b64encode(values.numpy().tobytes()).decode()
    if values.dtype == torch.float32:
        case["floats"] = True
    cases.append(case)


def framing():
    for size in ([20, 16], [7, 5], [12, 25], [5, 10], 8, 17):
        for mode in ("bilinear", "bicubic", "nearest"):
            for antialias in (True, False):
                if mode == "nearest" and not antialias:
                    continue
                step = {"type": "Resize", "size": size, "interpolation": mode, "antialias": antialias}
                add(step, RGB, F.resize(image(*RGB), size if isinstance(size, list) else [size], modes[mode], antialias=antialias))
    add({"type": "Resize", "size": [10, 9]}, GREY, F.resize(image(*GREY), [10, 9], antialias=True))
    add({"type": "Resize", "size": 7, "maxSize": 12}, WIDE, F.resize(image(*WIDE), [7], max_size=12, antialias=True))
    add({"type": "Resize", "size": [24, 24]}, WIDE, F.resize(image(*WIDE), [24, 24], antialias=True))
    for size in ([6, 5], [9, 7], [16, 15], [16, 6]):
        add({"type": "CenterCrop", "size": size}, RGB, F.center_crop(image(*RGB), size), exact=True)
    for mode in ("constant", "edge", "reflect", "symmetric"):
        step = {"type": "Pad", "padding": [1, 2, 3, 4], "paddingMode": mode}
        add(step, RGB, F.pad(image(*RGB), [1, 2, 3, 4], padding_mode=mode), exact=True)
    step = {"type": "Pad", "padding": [2, 1], "fill": [9, 99, 199]}
    add(step, RGB, F.pad(image(*RGB), [2, 1], fill=[9, 99, 199]), exact=True)
    step = {"type": "RandomCrop", "size": [8, 7], "padding": 2, "fill": 7}
    add(step, RGB, F.crop(F.pad(image(*RGB), [2], fill=7), 1, 4, 8, 7), {"top": 1, "left": 4}, exact=True)
    for index, (top, left, height, width) in enumerate([(1, 3, 6, 7), (1, 0, 10, 10), (4, 1, 8, 9)]):
        drawn = {"top": top, "left": left, "height": height, "width": width}
        step = {"type": "RandomResizedCrop", "size": [9, 8]}
        add(step, RGB, F.resized_crop(image(*RGB), top, left, height, width, [9, 8], antialias=True), drawn, index)
    add({"type": "RandomHorizontalFlip", "p": 1}, RGB, F.horizontal_flip(image(*RGB)), {"flipped": True}, exact=True)
    add({"type": "RandomVerticalFlip", "p": 1}, RGB, F.vertical_flip(image(*RGB)), {"flipped": True}, exact=True)


def warping():
    for angle in (0, 90, 180, 270, -90, 450):
        for size in (GREY, RGB):
            for expand in (False, True):
                square = size[1] == size[2]
                step = {"type": "RandomRotation", "choices": [angle], "expand": expand}
                result = F.rotate(image(*size), angle, expand=expand, fill=0)
                add(step, size, result, {"angle": angle}, exact=square or expand or angle % 180 == 0)
    for angle in (15, -37.5, 123):
        for mode in ("nearest", "bilinear"):
            for more in ({}, {"expand": True}, {"center": [2, 3]}, {"fill": [200, 100, 50]}):
                step = {"type": "RandomRotation", "degrees": [angle, angle], "interpolation": mode, **more}
                result = F.rotate(image(*RGB), angle, interpolation=modes[mode], **{"fill": 0, **more})
                add(step, RGB, result, {"angle": angle})
    for index, translate in enumerate(([2, 0], [-2, -1], [-1, 2])):
        for mode in ("nearest", "bilinear"):
            step = {"type": "RandomAffine", "degrees": [10, 10], "translate": [0.2, 0.2], "interpolation": mode}
            result = F.affine(image(*RGB), 10, translate, 1.0, [0.0, 0.0], interpolation=modes[mode], fill=0)
            add(step, RGB, result, {"translate": translate}, index)
    for mode in ("nearest", "bilinear"):
        step = {"type": "RandomAffine", "degrees": [-20, -20], "scale": [0.8, 0.8], "shear": [12, 12], "shearY": [-7, -7]}
        result = F.affine(image(*WIDE), -20, [0, 0], 0.8, [12.0, -7.0], interpolation=modes[mode], fill=30)
        add({**step, "interpolation": mode, "fill": 30}, WIDE, result)
        corners = [[0, 3, 8, 3, 8, 9, 0, 10], [0, 1, 7, 1, 8, 9, 0, 9], [1, 2, 7, 3, 7, 11, 1, 10]]
        for index, flat in enumerate(corners):
            ends = [[flat[i], flat[i + 1]] for i in range(0, 8, 2)]
            starts = [[0, 0], [9, 0], [9, 11], [0, 11]]
            result = F.perspective(image(*RGB), starts, ends, interpolation=modes[mode], fill=0)
            step = {"type": "RandomPerspective", "distortionScale": 0.5, "p": 1, "interpolation": mode}
            add(step, RGB, result, {"corners": flat}, index)


def colour():
    adjust = [F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue]
    factors = [1.3, 0.6, 1.5, 0.1]
    names = ["brightness", "contrast", "saturation", "hue"]
    for k, name in enumerate(names):
        for factor in ((0.4, 1.7) if k < 3 else (-0.3, 0.05, 0.45)):
            for size in (RGB, GREY):
                step = {"type": "ColorJitter", name: [factor, factor]}
                add(step, size, adjust[k](image(*size), factor))
    for index, order in enumerate(([0, 3, 1, 2], [3, 1, 2, 0], [1, 0, 3, 2])):
        result = image(*RGB)
        for k in order:
            result = adjust[k](result, factors[k])
        step = {"type": "ColorJitter", **{name: [f, f] for name, f in zip(names, factors)}}
        add(step, RGB, result, {"order": order}, index)
    add({"type": "Grayscale", "numOutputChannels": 1}, RGB, F.rgb_to_grayscale(image(*RGB), 1))
    add({"type": "Grayscale", "numOutputChannels": 3}, RGB, F.rgb_to_grayscale(image(*RGB), 3))
    add({"type": "Grayscale", "numOutputChannels": 3}, GREY, image(*GREY).repeat(3, 1, 1))
    add({"type": "RandomGrayscale", "p": 1}, RGB, F.rgb_to_grayscale(image(*RGB), 3), {"applied": True})
    add({"type": "RandomInvert", "p": 1}, RGB, F.invert(image(*RGB)), exact=True)
    add({"type": "RandomPosterize", "bits": 3, "p": 1}, RGB, F.posterize(image(*RGB), 3), exact=True)
    add({"type": "RandomSolarize", "threshold": 100, "p": 1}, RGB, F.solarize(image(*RGB), 100), exact=True)
    add({"type": "RandomAutocontrast", "p": 1}, RGB, F.autocontrast(image(*RGB, 30)))
    cases[-1]["pattern"] = 30
    add({"type": "RandomEqualize", "p": 1}, (1, 24, 26), F.equalize(image(1, 24, 26)))
    for factor in (0.0, 0.5, 2.0):
        step = {"type": "RandomAdjustSharpness", "sharpnessFactor": factor, "p": 1}
        add(step, RGB, F.adjust_sharpness(image(*RGB), factor))
    for kernel, sigma in ((3, 0.5), (5, 1.2), ([7, 3], 2.0), (1, 1.0)):
        step = {"type": "GaussianBlur", "kernelSize": kernel, "sigma": [sigma, sigma]}
        add(step, RGB, F.gaussian_blur(image(*RGB), kernel if isinstance(kernel, list) else [kernel, kernel], [sigma, sigma]))


def tensors():
    def floats(*size):
        return image(*size).to(torch.float32).div(255)  # torchvision's to_tensor

    mean, std = [0.491, 0.482, 0.447], [0.247, 0.243, 0.262]
    add({"type": "ToTensor"}, RGB, floats(*RGB), exact=True)
    both = [{"type": "ToTensor"}, {"type": "Normalize", "mean": mean, "std": std}]
    add(both, RGB, F.normalize(floats(*RGB), mean, std), exact=True)
    for step, result in (
        ({"type": "RandomRotation", "degrees": [15, 15], "interpolation": "bilinear"}, F.rotate(floats(*RGB), 15, I.BILINEAR, fill=0)),
        ({"type": "Resize", "size": [7, 15]}, F.resize(floats(*RGB), [7, 15], antialias=True)),
        ({"type": "ColorJitter", "saturation": [0.3, 0.3]}, F.adjust_saturation(floats(*RGB), 0.3)),
        ({"type": "ColorJitter", "contrast": [0.3, 0.3]}, F.adjust_contrast(floats(*RGB), 0.3)),
        ({"type": "ColorJitter", "hue": [0.2, 0.2]}, F.adjust_hue(floats(*RGB), 0.2)),
        ({"type": "RandomPosterize", "bits": 3, "p": 1}, F.posterize(floats(*RGB), 3)),
        ({"type": "GaussianBlur", "kernelSize": 5, "sigma": [1, 1]}, F.gaussian_blur(floats(*RGB), [5, 5], [1.0, 1.0])),
        ({"type": "RandomAdjustSharpness", "sharpnessFactor": 2, "p": 1}, F.adjust_sharpness(floats(*RGB), 2.0)),
        ({"type": "RandomHorizontalFlip", "p": 1}, F.horizontal_flip(floats(*RGB))),
        ({"type": "Pad", "padding": 1, "fill": 0.5}, F.pad(floats(*RGB), [1], fill=0.5)),
    ):
        add([{"type": "ToTensor"}, step], RGB, result)
    top, left, height, width = 5, 3, 6, 5
    drawn = {"top": top, "left": left, "height": height, "width": width}
    value = torch.tensor([1.0, 2.0, 3.0])[:, None, None]
    erased = F.erase(F.normalize(floats(*RGB), mean, std), top, left, height, width, value)
    add([*both, {"type": "RandomErasing", "p": 1, "value": [1, 2, 3]}], RGB, erased, drawn)


def targets():
    boxes = [[1, 2, 6, 8], [0, 0, 3, 3], [7, 8, 10, 12]]
    points = [[0, 0], [4, 7], [9, 11]]
    mask = (image(*GREY)[:, :12, :10] // 32 % 5).to(torch.uint8)
    found = []

    def follow(steps, *calls, index=0):
        size = (12, 10)
        now = {
            "boxes": tv_tensors.BoundingBoxes(torch.tensor(boxes, dtype=torch.float32), format="XYXY", canvas_size=size),
            "keypoints": tv_tensors.KeyPoints(torch.tensor(points, dtype=torch.float32), canvas_size=size),
            "mask": tv_tensors.Mask(mask),
        }
        for call in calls:
            now = {name: call(value) for name, value in now.items()}
        case = {"steps": steps, "index": index}
        for name, value in now.items():
            case[name] = value.as_subclass(torch.Tensor).tolist()
        found.append(case)

    flip, turn = {"type": "RandomHorizontalFlip", "p": 1}, {"type": "RandomVerticalFlip", "p": 1}
    follow([flip], F.horizontal_flip)
    follow([turn], F.vertical_flip)
    follow([{"type": "Resize", "size": [24, 15]}], lambda v: F.resize(v, [24, 15]))
    follow([{"type": "CenterCrop", "size": [8, 6]}], lambda v: F.center_crop(v, [8, 6]))
    follow([{"type": "Pad", "padding": [1, 2, 3, 4]}], lambda v: F.pad(v, [1, 2, 3, 4]))
    crop = {"type": "RandomCrop", "size": [8, 7], "padding": 2}
    follow([crop], lambda v: F.pad(v, [2]), lambda v: F.crop(v, 1, 4, 8, 7))
    follow([{"type": "RandomResizedCrop", "size": [9, 8]}], lambda v: F.resized_crop(v, 1, 3, 6, 7, [9, 8]))
    for angle in (30, 90, 180):
        for expand in (False, True):
            step = {"type": "RandomRotation", "choices": [angle], "expand": expand}
            follow([step], lambda v: F.rotate(v, angle, expand=expand))
    step = {"type": "RandomAffine", "degrees": [10, 10], "translate": [0.2, 0.2]}
    follow([step], lambda v: F.affine(v, 10, [-2, -1], 1.0, [0.0, 0.0]), index=1)
    step = {"type": "RandomAffine", "degrees": [0, 0], "scale": [1.2, 1.2], "shear": [12, 12], "center": [2, 3]}
    follow([step], lambda v: F.affine(v, 0, [0, 0], 1.2, [12.0, 0.0], center=[2, 3]))
    ends = [[0, 3], [8, 3], [8, 9], [0, 10]]
    starts = [[0, 0], [9, 0], [9, 11], [0, 11]]
    follow([{"type": "RandomPerspective", "p": 1}], lambda v: F.perspective(v, starts, ends))
    follow([flip, crop, {"type": "Resize", "size": [16, 16]}], F.horizontal_flip, lambda v: F.pad(v, [2]), lambda v: F.crop(v, 1, 4, 8, 7), lambda v: F.resize(v, [16, 16]))
    return {"boxes": boxes, "keypoints": points, "mask": mask[0].tolist(), "cases": found}


framing(), warping(), colour(), tensors()
out = {"cases": cases, "targets": targets()}
text = json.dumps(out, separators=(",", ":")).replace('{"step"', '\n{"step"').replace('{"steps"', '\n{"steps"')
Path(__file__).with_name("torchvision.json").write_text(text + "\n")
print(len(cases), "cases,", len(text), "characters")
