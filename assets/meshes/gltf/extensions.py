"""Which extensions of glTF are read, which only decorate, and which make a file unreadable."""

from assets.meshes.checks import COMPRESSED, BrokenMesh
from assets.meshes.gltf.document import Document

_READ = (
    "EXT_mesh_gpu_instancing", "EXT_texture_avif", "EXT_texture_webp", "KHR_accessor_float64",
    "KHR_materials_pbrSpecularGlossiness", "KHR_mesh_quantization", "KHR_node_visibility",
    "KHR_texture_transform",
)  # fmt: skip
# Told where a material or texture uses them (surfaces.py), so not again.
_OF_LOOKS = ("KHR_materials_", "EXT_materials_", "KHR_texture_basisu", "MSFT_texture_dds")
# They say nothing of a resting mesh's shape or colour.
_BESIDE = (
    "KHR_lights_punctual", "EXT_lights_", "KHR_xmp", "KHR_animation_pointer", "KHR_audio",
    "MSFT_packing_", "MSFT_lod", "MSFT_physics", "EXT_mesh_features", "EXT_instance_features",
    "EXT_structural_metadata", "EXT_mesh_manifold", "EXT_primitive_voxels", "EXT_feature_metadata",
    "KHR_physics", "KHR_interactivity", "VRM", "VRMC_", "CESIUM_", "AGI_",
)  # fmt: skip


def check_extensions(document: Document) -> None:
    """Note extensions that are not read; raise BrokenMesh where the file cannot do without.

    A decoration (of materials and textures) is never a reason to refuse: the mesh is right.
    """
    required = set(map(str, document.told.get("extensionsRequired", [])))
    used = required | set(map(str, document.told.get("extensionsUsed", [])))
    for name in sorted(used):
        if name in _READ or name in COMPRESSED or name.startswith((*_OF_LOOKS, *_BESIDE)):
            continue
        if name in required:
            raise BrokenMesh(
                f"needs {name[:80]!r}, an extension that is not read; export it without"
            )
        document.note(f"uses {name[:80]!r}, an extension that is not read: used without it")
