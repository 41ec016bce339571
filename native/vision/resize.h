// Resizing as torchvision does on tensors: with antialiasing, each output is a weighted mean of the inputs under it.
#pragma once

#include "vision/image.h"

namespace flint::vision {

/// Brings an image to another size.
void resize(Image& image, int64_t height, int64_t width, Interpolation interpolation, bool antialias);

}  // namespace flint::vision
