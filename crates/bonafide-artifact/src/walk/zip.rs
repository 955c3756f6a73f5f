//! Zips: members are read at their places, several at once.

use std::io::Read as _;
use std::sync::Arc;

use super::{Told, Walker, is_top};
use crate::batch::{Batch, Job, Work};
use crate::body::{Body, Passed};
use crate::decode::Codec;
use crate::entry::{Entry, Kind};
use crate::fault::{Fault, FaultKind, Faults};
use crate::format::Format;
use crate::input::ReadAt;
use crate::names::Names;
use crate::visit::Want;
use crate::zip::{Member, Zip};

impl Walker<'_> {
    pub(super) fn zip(&mut self, entry: &Arc<Entry>, at: &dyn ReadAt, faults: &mut Faults) {
        let mut zip = match Zip::open(at, self.budget) {
            Ok(zip) => zip,
            Err(error) => {
                let fault = Fault::from_io(&error);
                self.broke(entry, &fault);
                faults.push(fault);
                return;
            }
        };
        if is_top(entry) {
            self.summary.format = Format::Zip;
        }
        faults.absorb(std::mem::take(&mut zip.faults));
        let mut batch = Batch::new(self.threads, self.lookout);
        let mut names = Names::default();
        let result = self.zip_members(entry, &mut zip, &mut batch, &mut names);
        self.settle(&mut batch, Some(&mut names));
        if let Err(fault) = result {
            self.broke(entry, &fault);
            faults.push(fault);
        }
    }

    fn zip_members<'z>(
        &mut self,
        entry: &Arc<Entry>,
        zip: &mut Zip<'z>,
        batch: &mut Batch<'z>,
        names: &mut Names,
    ) -> Result<(), Fault> {
        while let Some(member) = zip.next().map_err(|error| Fault::from_io(&error))? {
            if batch.is_full() {
                self.settle(batch, Some(names));
            }
            self.zip_member(entry, zip, member, batch, names)?;
        }
        Ok(())
    }

    fn zip_member<'z>(
        &mut self,
        container: &Arc<Entry>,
        zip: &Zip<'z>,
        mut member: Member,
        batch: &mut Batch<'z>,
        names: &mut Names,
    ) -> Result<(), Fault> {
        if matches!(member.kind, Kind::Symlink(_)) {
            self.link_target(zip, &mut member);
        }
        let told = Told {
            path: member.path.clone(),
            kind: member.kind.clone(),
            size: Some(member.size),
            mode: member.mode,
            mtime: member.mtime,
            owner: None,
            extent: member.extent,
        };
        let (entry, want) = self.enter(Some(container), Format::Zip, told)?;
        let mut faults = Self::name_faults(&entry);
        faults.extend(std::mem::take(&mut member.faults));
        let body = self.zip_body(zip, &member, want, &mut faults);
        let end = body.as_ref().err().cloned();
        faults.extend(end.clone());
        match body.unwrap_or(None) {
            None => {
                let passed = Passed { size: member.size, ..Passed::default() };
                batch.push(Job { entry, want, format: None, faults, work: Work::Done(Box::new(passed)) }, 0);
            }
            Some((mut body, codec)) => {
                let head = if want.members { body.head().to_vec() } else { Vec::new() };
                let format = Format::sniff(&head);
                if want.members && (format.is_some() || Format::may_carry(&head)) {
                    self.settle(batch, Some(names));
                    let entry = Arc::new(entry);
                    let (format, object) = self.inside(&entry, format, head, &mut body, &mut faults);
                    body.drain();
                    let (mut passed, mut rest) = body.finish();
                    passed.object = object;
                    faults.extend(passed.failed.clone());
                    faults.extend(rest.take_faults());
                    self.end(&entry, want, format, &passed, faults, Some(names));
                    return Ok(());
                }
                // Such decoders may take much memory: one at a time.
                let alone = codec.has_large_window();
                if alone {
                    self.settle(batch, Some(names));
                }
                let work = Work::Member(Box::new(body));
                batch.push(Job { entry, want, format: None, faults, work }, member.size);
                if alone {
                    self.settle(batch, Some(names));
                }
            }
        }
        end.map_or(Ok(()), Err)
    }

    /// The body of a member, where there is one and it is wanted and may be read. Fails where the total is used up.
    fn zip_body<'z>(
        &self,
        zip: &Zip<'z>,
        member: &Member,
        want: Want,
        faults: &mut Faults,
    ) -> Result<Option<(Body<crate::zip::Checked<'z>>, Codec)>, Fault> {
        let Some(codec) = member.codec else { return Ok(None) };
        let empty = !matches!(member.kind, Kind::File) && member.size == 0;
        if want == Want::default() || empty || matches!(member.kind, Kind::Symlink(_)) {
            return Ok(None);
        }
        if let Err(fault) = self.affordable(member.size) {
            faults.push(fault);
            return Ok(None);
        }
        self.budget.take_bytes(member.size)?;
        match zip.body(member, codec) {
            Ok(body) => Ok(Some((Body::new(body, want, Some(member.size), self.budget.limits()), codec))),
            Err(error) => {
                faults.push(Fault::from_io(&error));
                Ok(None)
            }
        }
    }

    /// The target of a symbolic link is its body.
    fn link_target(&self, zip: &Zip<'_>, member: &mut Member) {
        let limit = self.budget.limits().path_bytes;
        let Some(codec) = member.codec else { return };
        if member.size > limit {
            let message = format!("link target bytes exceed the limit of {limit} (path_bytes)");
            member.faults.push(Fault::new(FaultKind::Limit, message));
            return;
        }
        let mut target = Vec::new();
        match zip.body(member, codec).and_then(|mut body| body.read_to_end(&mut target)) {
            Ok(_) => member.kind = Kind::Symlink(target.into()),
            Err(error) => member.faults.push(Fault::from_io(&error)),
        }
    }
}
