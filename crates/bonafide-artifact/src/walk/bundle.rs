//! Programs that carry containers: bundles of WiX, installers of NSIS, and others.

use std::io::Read as _;
use std::sync::Arc;

use super::{Walker, is_top};
use crate::account::account;
use crate::beside::Beside;
use crate::burn::{Bundle, MANIFEST, Manifest, Payloads, Place, Rest, Section};
use crate::cab::Cab;
use crate::entry::Entry;
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::Format;
use crate::input::{ReadAt, Slice};
use crate::limits::Budget;
use crate::member::Pull as _;
use crate::nsis::Nsis;
use crate::program::{Carried, bundle, installer};

impl Walker<'_> {
    /// The containers in a program, and the zip at its end.
    pub(super) fn program(
        &mut self,
        entry: &Arc<Entry>,
        at: &dyn ReadAt,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let mut carried = Carried::open(at);
        if carried.has_zip {
            self.zip(entry, at, faults);
        }
        if is_top(entry) {
            self.summary.format = Format::Program;
        }
        self.members(entry, Format::Program, &mut carried, faults)
    }

    /// The files of an installer of NSIS.
    pub(super) fn nsis(
        &mut self,
        entry: &Arc<Entry>,
        at: &dyn ReadAt,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let message = "the first header of the installer cannot be read";
        let (start, signature) = installer(at).ok_or_else(|| Fault::new(FaultKind::Malformed, message))?;
        let mut nsis =
            Nsis::open(at, start, signature, self.budget).map_err(|error| Fault::from_io(&error))?;
        self.members(entry, Format::Nsis, &mut nsis, faults)
    }

    /// The containers of a bundle, each member under the path that the manifest gives; then the payloads that are not in
    /// the bundle.
    pub(super) fn bundle(
        &mut self,
        entry: &Arc<Entry>,
        at: &dyn ReadAt,
        beside: &dyn Beside,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let (section, signature) = bundle(at)
            .ok_or_else(|| Fault::new(FaultKind::Malformed, "the section of the bundle cannot be read"))?;
        account_for(at, &section, signature, faults)?;
        if !section.are_cabinets {
            let message = "its containers are no cabinets, and not read";
            return Err(Fault::new(FaultKind::Unsupported, message));
        }
        let slice =
            |number: usize| section.containers.get(number).map(|&(start, end)| Slice::new(at, start, end));
        let manifest = slice(0).map_or_else(|| Ok(Vec::new()), |ux| manifest(&ux, beside, self.budget));
        // Without it, the members keep the names that the containers have.
        let manifest = manifest.and_then(|text| Manifest::parse(&text, self.budget.limits()));
        let manifest = manifest.unwrap_or_else(|fault| {
            faults.push(fault);
            Manifest::default()
        });
        let mut bundle = Bundle::new(manifest);
        if let Some(ux) = slice(0) {
            self.container(entry, &ux, beside, &mut bundle, Place::Ux, faults)?;
        }
        let containers = bundle.manifest().containers.clone();
        for number in 1..section.containers.len() {
            let Some(attached) = slice(number) else { continue };
            let named = containers.iter().find(|container| container.attached == Some(number));
            let stated = named.and_then(|container| container.size);
            if stated
                .is_some_and(|stated| stated != section.containers[number].1 - section.containers[number].0)
            {
                let message = format!("section and manifest disagree on the size of container {number}");
                faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            }
            let id = named.map_or("", |container| &container.id);
            self.container(entry, &attached, beside, &mut bundle, Place::Payloads(id), faults)?;
        }
        for detached in containers.iter().filter(|container| container.attached.is_none()) {
            // That it is not there is told with each of its payloads.
            let Some(file) = beside.open(&detached.path) else { continue };
            self.container(entry, &*file, beside, &mut bundle, Place::Payloads(&detached.id), faults)?;
        }
        self.members(entry, Format::Burn, &mut Rest::of(&bundle), faults)
    }

    /// One container. What is odd about it is told with its name; damage ends it, not the bundle.
    fn container(
        &mut self,
        entry: &Arc<Entry>,
        at: &dyn ReadAt,
        beside: &dyn Beside,
        bundle: &mut Bundle,
        place: Place<'_>,
        faults: &mut Faults,
    ) -> Result<(), Fault> {
        let name = match place {
            Place::Ux => "in the UX container: ".to_owned(),
            Place::Payloads(id) => format!("in the container `{}`: ", id.escape_debug()),
        };
        let told =
            |fault: Fault| Fault { message: format!("{name}{}", fault.message), offset: None, ..fault };
        let mut its = Faults::default();
        let result = Payloads::open(at, beside, self.budget, bundle, place)
            .map_err(|error| Fault::from_io(&error))
            .and_then(|mut payloads| self.members(entry, Format::Burn, &mut payloads, &mut its));
        faults.extend(its.list().iter().cloned().map(told));
        match result {
            Err(fault) if fault.kind == FaultKind::Limit => Err(told(fault)),
            Err(fault) => {
                faults.push(told(fault));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// The text of the manifest.
fn manifest(ux: &dyn ReadAt, beside: &dyn Beside, budget: &Budget) -> Result<Vec<u8>, Fault> {
    let limit = budget.limits().memory_bytes;
    let mut cab = Cab::open(ux, beside, budget).map_err(|error| Fault::from_io(&error))?;
    while let Some(member) = cab.next().map_err(|error| Fault::from_io(&error))? {
        if member.path.raw() != MANIFEST {
            continue;
        }
        if member.size.is_some_and(|size| size > limit) {
            let message = format!("bytes of the manifest exceed the limit of {limit} (memory_bytes)");
            return Err(Fault::new(FaultKind::Limit, message));
        }
        let mut text = Vec::new();
        cab.body().take(limit).read_to_end(&mut text).map_err(|error| Fault::from_io(&error))?;
        return Ok(text);
    }
    Err(Fault::new(FaultKind::Malformed, "the UX container has no manifest"))
}

/// Every byte belongs to the program, a container or a signature.
fn account_for(
    at: &dyn ReadAt,
    section: &Section,
    signature: Option<(u64, u64)>,
    faults: &mut Faults,
) -> Result<(), Fault> {
    let mut claims = vec![(0, section.stub.min(at.length()))];
    let signatures = [section.signature, signature].into_iter().flatten();
    claims.extend(signatures.filter(|run| run.1 <= at.length()));
    for &(start, end) in &section.containers {
        if end > at.length() {
            let message = format!("a container that ends at {end} goes beyond the end of the bundle");
            faults.push(Fault::at(FaultKind::Truncated, at.length(), message));
        }
        claims.push((start.min(at.length()), end.min(at.length())));
    }
    let mut odd = Vec::new();
    let overlaps = account(at, &claims, &mut odd).map_err(|error| Fault::from_io(&error))?;
    faults.extend(odd);
    if !overlaps.is_empty() {
        let message = "containers overlap one another, the program or a signature";
        faults.push(Fault::new(FaultKind::OverlappingMembers, message));
    }
    Ok(())
}
