"""Arrays out: what the camera of the staged scene sees."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import os
from pathlib import Path

import bpy
import cv2
import numpy as np
import numpy.typing as npt

from render.asked.quality import BadQuality, Quality
from render.blender.session import compute, temporary_folder
from render.capturing.backdrop import backdrop, key_of, laid_over
from render.staging.signs import show_signs
from scenes.effects.linear_picture import as_kept
from scenes.model.frame import FAR_M, Frame
from scenes.model.scene import Scene
from scenes.optics.colour import LUMINANCE, Linear, decoded, linear, srgb
from scenes.plan.digest import shot_of

MIDDLE_GREY = 0.18
DARKEST_KEY, BRIGHTEST_KEY = 0.06, 0.35  # of photos whose exposure objects follow
_LUMINANCE = LUMINANCE.astype(np.float32)
_WHITE = 65_535  # of a PNG of 16 bits
_CYCLES_SEEDS = 2**31  # Blender keeps the seed in a signed 32-bit integer
_GUIDES = {"accurate": "ACCURATE", "fast": "FAST", "raw": "NONE"}  # Blender's names


def capture(scene: Scene, quality: Quality) -> Frame:
    """Render the staged scene.

    Instances and depth come from a render of their own with one sample in each pixel's centre, so
    they are exact and do not depend on the quality. Light is that of the view transform, rounded as
    it would be kept, and the image is what it shows, so that both are the same whoever asks.
    """
    width, height = scene.camera.resolution_px
    light = seen_light(scene, quality) if quality.colour else None
    instances, depth_m = _labels()
    shown = np.zeros((height, width, 3), dtype=np.float32)
    if light is not None and _cut_out(scene):
        shown = _before_backdrop(light, depth_m < FAR_M, scene, quality)
    elif light is not None:
        stops = exposure_stops(light, quality.metering) + quality.exposure_stops
        shown = toned(light * np.float32(2.0**stops), quality)
    shown = as_kept(shown)
    return Frame(
        shot=shot_of(scene), image=srgb(shown), light=shown, instances=instances, depth_m=depth_m
    )


def seen_light(scene: Scene, quality: Quality) -> npt.NDArray[np.float32]:
    """Return linear RGB, (H, W, 3); before a backdrop, times alpha, and alpha as a fourth."""
    set_colour(scene, quality)
    return rendered_light(cut_out=_cut_out(scene))


def rendered_light(*, cut_out: bool) -> npt.NDArray[np.float32]:
    """Return the same of what is staged, by whatever settings Cycles has."""
    bproc.renderer.set_output_format("OPEN_EXR", 32, enable_transparency=cut_out)
    bpy.context.scene.render.image_settings.exr_codec = "NONE"  # it is read at once
    with_alpha = {"colors"} if cut_out else set()
    rendered = bproc.renderer.render(
        load_keys={"colors"}, keys_with_alpha_channel=with_alpha, verbose=True
    )
    return np.asarray(rendered["colors"][0][..., : 3 + cut_out], dtype=np.float32)


def _cut_out(scene: Scene) -> bool:
    return scene.background.kind in ("photo", "white")


def _before_backdrop(
    light: npt.NDArray[np.float32], hit: npt.NDArray[np.bool_], scene: Scene, quality: Quality
) -> Linear:
    """Return what was rendered on a transparent film over the photo, exposed as the photo is.

    light: (H, W, 4) linear RGB times alpha, and alpha. hit: where there is ground or an object.
    """
    behind = backdrop(scene.background, scene.camera.resolution_px)
    # the denoiser carries the ground's shadows beyond its end
    near = cv2.dilate(hit.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    alpha = np.where(near, light[..., 3], np.float32(0))
    own = light[..., :3] / np.maximum(alpha, 1e-4)[..., None]
    target = MIDDLE_GREY
    if scene.background.kind == "photo":
        target = min(max(key_of(linear(behind) @ _LUMINANCE), DARKEST_KEY), BRIGHTEST_KEY)
    # shadows are nearly black where only they are
    solid = own[(alpha > 0.9) & (own @ _LUMINANCE > 1e-3)]
    stops = quality.exposure_stops
    if len(solid):
        stops += quality.metering * float(np.log2(target / key_of(solid @ _LUMINANCE)))
    return laid_over(toned(own * np.float32(2.0**stops), quality), alpha, behind)


def exposure_stops(light: npt.NDArray[np.float32], metering: float) -> float:
    """Return the stops that bring a picture's key to middle grey, times `metering`.

    light: (H, W, 3) linear RGB. The key is the log-average luminance (Rec. 709).
    Source: Reinhard et al. 2002, Photographic Tone Reproduction, eq. 1 and 2.
    """
    return metering * float(np.log2(MIDDLE_GREY / key_of(light @ _LUMINANCE)))


def toned(light: Linear, quality: Quality) -> Linear:
    """Return linear RGB, (H, W, 3), through Blender's view transform: linear light in [0, 1].

    In 16 bits, so that effects that lift shadows find more than 256 steps there. Blender's own
    exposure setting would do, but keeps 3 MB for every value it ever had.
    """
    path = temporary_folder() / "colour.png"
    height, width = light.shape[:2]
    _set_view(quality)
    bproc.renderer.set_output_format("PNG", 16)
    bpy.context.scene.render.image_settings.compression = 0  # it is read at once
    film = bpy.data.images.new("film", width, height, float_buffer=True)
    rgba = np.ones((height, width, 4), dtype=np.float32)
    rgba[..., :3] = light[::-1]  # Blender's images begin at the bottom
    film.pixels.foreach_set(rgba.ravel())
    film.save_render(str(path))
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    path.unlink()
    return decoded(image[..., 2::-1].astype(np.float32) / np.float32(_WHITE))


def _set_view(quality: Quality) -> None:
    view = bpy.context.scene.view_settings
    try:
        view.view_transform, view.look = quality.view_transform, quality.look
    except TypeError as error:  # Blender's, which lists the names it knows
        raise BadQuality(f"quality.view_transform or quality.look: {error}") from None
    view.exposure = 0.0


def set_colour(scene: Scene, quality: Quality) -> None:
    """Set Cycles up for the picture of a scene."""
    compute(labels=False)
    bproc.renderer.set_max_amount_of_samples(quality.samples)
    bproc.renderer.set_noise_threshold(quality.noise_threshold)
    bproc.renderer.set_light_bounces(
        max_bounces=quality.max_bounces,
        diffuse_bounces=quality.diffuse_bounces,
        glossy_bounces=quality.glossy_bounces,
        transmission_bounces=quality.transmission_bounces,
    )
    cycles = bpy.context.scene.cycles
    cycles.seed = scene.seed % _CYCLES_SEEDS  # BlenderProc never tells Cycles a seed
    cycles.use_animated_seed = False
    cycles.pixel_filter_type, cycles.filter_width = "BLACKMAN_HARRIS", 1.5
    cycles.use_fast_gi = quality.ambient_after > 0
    cycles.ao_bounces_render = quality.ambient_after
    _set_denoiser(quality)
    bpy.context.scene.render.use_compositing = False
    bpy.context.view_layer.material_override = None


def _set_denoiser(quality: Quality) -> None:
    # Cycles' own, as BlenderProc's goes through the compositor without prefiltered guides
    bproc.renderer.set_denoiser(None)
    cycles = bpy.context.scene.cycles
    cycles.use_denoising = bpy.context.view_layer.cycles.use_denoising = quality.denoiser != "none"
    if quality.denoiser == "openimagedenoise":
        cycles.denoiser = "OPENIMAGEDENOISE"
        cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
        cycles.denoising_prefilter = _GUIDES[quality.guides]


def _labels() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return (H, W) instances and planar depth in metres.

    BlenderProc's segmentation and depth share the colour's samples, whose jitter moves edges from
    one quality to the next; hence this second render.
    """
    path = temporary_folder() / "labels_0000.exr"
    _set_labels(path)
    bpy.context.scene.frame_set(0)
    world, bpy.context.scene.world = bpy.context.scene.world, None
    for staged in bpy.context.scene.objects:
        staged.is_shadow_catcher = False  # depth is that of the ground itself
        staged.hide_render = staged.type == "LIGHT"  # a camera that looks at a lamp sees it
    show_signs(shown=False)
    bpy.ops.render.render()
    show_signs(shown=True)
    bpy.context.scene.world = world
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    path.unlink()
    return np.rint(read[..., 1]).astype(np.int32), np.ascontiguousarray(read[..., 2])


def _set_labels(path: Path) -> None:
    compute(labels=True)
    cycles = bpy.context.scene.cycles
    cycles.seed, cycles.samples, cycles.use_adaptive_sampling, cycles.max_bounces = 0, 1, False, 0
    cycles.pixel_filter_type, cycles.filter_width = "BOX", 0.01
    cycles.use_denoising = bpy.context.view_layer.cycles.use_denoising = False
    bpy.context.view_layer.use_pass_z = bpy.context.view_layer.use_pass_object_index = True
    bpy.context.scene.render.use_compositing = True
    # shading costs more than casting the ray, and has no say here
    bpy.context.view_layer.material_override = bpy.data.materials.new("labels")
    _label_output().base_path = str(path.parent) + os.sep


def _label_output() -> bpy.types.CompositorNodeOutputFile:
    """Return the compositor's file output, made once a process: red is depth, green instance."""
    bpy.context.scene.use_nodes = True
    tree = bpy.context.scene.node_tree
    if "labels" in tree.nodes:
        return tree.nodes["labels"]
    tree.nodes.clear()
    layers = tree.nodes.new("CompositorNodeRLayers")
    joined = tree.nodes.new("CompositorNodeCombineColor")
    output = tree.nodes.new("CompositorNodeOutputFile")
    output.name = "labels"
    output.format.file_format, output.format.color_depth = "OPEN_EXR", "32"
    output.format.exr_codec = "NONE"
    output.file_slots[0].path = "labels_"
    tree.links.new(layers.outputs["Depth"], joined.inputs["Red"])
    tree.links.new(layers.outputs["IndexOB"], joined.inputs["Green"])
    tree.links.new(joined.outputs["Image"], output.inputs[0])
    return output
